import Glibc
import Synchronization
import TandemLab
import TandemReport

/// One line on standard error that says what is running, when standard error is a terminal.
final class ProgressDisplay: Sendable {
  private let columns: Int?
  private let isShown = Mutex(false)

  /// Makes a display.
  ///
  /// - Parameter isWanted: whether to show anything at all.
  init(isWanted: Bool) {
    let stream = StandardStream.error
    // A line that is redrawn needs a terminal that can erase one.
    let isAble = getenv("TERM").map { String(cString: $0) != "dumb" } ?? true
    columns = isWanted && isAble && isatty(stream.rawValue) == 1 ? stream.columns ?? 80 : nil
  }

  /// Shows what is running, in place of what was shown before.
  ///
  /// - Parameter progress: what is running.
  func show(_ progress: MeasurementProgress) {
    guard let columns else { return }
    let line = ProgressLine(
      running: progress.running, doneSeconds: progress.doneSeconds,
      totalSeconds: progress.totalSeconds, elapsedSeconds: progress.elapsedSeconds,
      remainingSeconds: progress.remainingSeconds, standings: progress.standings)
    isShown.withLock { $0 = true }
    write("\r\u{1B}[K" + line.text(width: columns - 1))
  }

  /// Erases the line.
  func clear() {
    guard isShown.withLock({ $0 }) else { return }
    write("\r\u{1B}[K")
  }

  private func write(_ text: String) {
    // A terminal that is gone doesn't matter.
    try? StandardStream.error.write(text)
  }
}
