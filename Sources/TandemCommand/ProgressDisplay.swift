import Glibc
import Synchronization
import TandemLab
import TandemReport

/// One line on standard error that says what is running; nothing where that is no terminal.
final class ProgressDisplay: Sendable {
  private let columns: Int?
  private let isShown = Mutex(false)

  /// Makes a display.
  ///
  /// - Parameter isWanted: whether to show anything at all.
  init(isWanted: Bool) {
    let stream = StandardStream.error
    columns = isWanted && isatty(stream.rawValue) == 1 ? stream.columns ?? 80 : nil
  }

  /// Shows what is running, in place of what was shown before.
  ///
  /// - Parameter progress: what is running.
  func show(_ progress: Experiment.Progress) {
    show(
      ProgressLine(
        running: progress.running, doneSeconds: progress.doneSeconds,
        totalSeconds: progress.totalSeconds,
        elapsedSeconds: progress.elapsedSeconds, remainingSeconds: progress.remainingSeconds))
  }

  /// Shows a line in place of what was shown before.
  ///
  /// - Parameter line: what is running.
  func show(_ line: ProgressLine) {
    guard let columns else { return }
    isShown.withLock { $0 = true }
    write("\r\u{1B}[K" + line.text(width: columns - 1))
  }

  /// Takes the line away.
  func clear() {
    guard isShown.withLock({ $0 }) else { return }
    write("\r\u{1B}[K")
  }

  private func write(_ text: String) {
    // A terminal that has gone is nobody's problem.
    try? StandardStream.error.write(Array(text.utf8))
  }
}
