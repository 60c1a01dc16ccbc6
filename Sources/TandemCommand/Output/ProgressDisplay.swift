import Glibc
import Synchronization
import TandemLab
import TandemReport
import TandemSystem

/// One line on standard error that says what is running, when standard error is a terminal.
///
/// A thread draws it again each second, so that the time that is left is true also during a long run.
final class ProgressDisplay: Sendable {
  private struct State {
    var progress: MeasurementProgress?
    var atNS: UInt64 = 0
    /// Its end wakes the thread; nil while there is none.
    var leash: CInt?
  }

  private let line: TerminalLine
  private let state = Mutex(State())
  private static let everyMilliseconds: CInt = 1_000

  /// Makes a display.
  ///
  /// - Parameter isWanted: whether to show anything at all.
  init(isWanted: Bool) { line = TerminalLine(isWanted: isWanted) }

  /// Shows what is running, in place of what was shown before.
  ///
  /// - Parameter progress: what is running.
  func show(_ progress: MeasurementProgress) {
    guard line.isAble else { return }
    state.withLock { state in
      state.progress = progress
      state.atNS = MonotonicClock.now()
      if state.leash == nil { state.leash = startThread() }
    }
    draw()
  }

  /// Erases the line; the next `show` brings it back.
  func clear() {
    state.withLock { state in
      state.progress = nil
      if let leash = state.leash { Glibc.close(leash) }
      state.leash = nil
    }
    line.clear()
  }

  private func draw() {
    // Drawn under the lock, so that nothing is drawn after `clear`.
    state.withLock { state in
      guard let progress = state.progress else { return }
      let since = Double(MonotonicClock.now() &- state.atNS) / 1e9
      line.show { columns in
        ProgressLine(
          running: progress.running, done: progress.doneSeconds + since,
          total: progress.totalSeconds, elapsedSeconds: progress.elapsedSeconds + since,
          remainingSeconds: progress.remainingSeconds.map { max(0, $0 - since) },
          standings: progress.standings
        ).text(width: columns)
      }
    }
  }

  /// Starts the thread; without one, the line is drawn only when something new runs.
  ///
  /// - Returns: a descriptor whose closing ends the thread.
  private func startThread() -> CInt? {
    guard let ends = try? PipeEnds().relinquish() else { return nil }
    do throws(Errno) {
      try OSThread.start(name: "tandem-progress") { [weak self] in
        OSThread.blockSignals()
        let reader = Descriptor(owning: ends.reader)
        while true {
          var end = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
          guard poll(&end, 1, Self.everyMilliseconds) == 0, let self else { return }
          self.draw()
        }
      }
      return ends.writer
    } catch {
      Glibc.close(ends.reader)
      Glibc.close(ends.writer)
      return nil
    }
  }
}
