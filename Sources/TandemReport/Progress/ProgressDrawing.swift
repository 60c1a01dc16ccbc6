import Synchronization
import Tandem
import TandemText

/// What a bar draws.
final class ProgressDrawing: Sendable {
  private struct State {
    var progress: PoolProgress?
    var lastLine: ContinuousClock.Instant
    var isOver = false
  }

  private let title: String
  private let total: Int?
  private let linesEvery: Duration?
  private let began = ContinuousClock.now
  /// The items that had ended before.
  private let before: Int
  private let line = TerminalLine()
  private let state: Mutex<State>

  /// Makes a drawing.
  init(title: String, total: Int?, linesEvery: Duration?, before: PoolStatistics) {
    self.title = title
    self.total = total
    self.linesEvery = linesEvery
    self.before = before.completed + before.failed + before.timedOut + before.cancelled
    state = Mutex(State(lastLine: began))
  }

  /// Whether anything is written anywhere.
  var isAble: Bool { line.isAble || linesEvery != nil }

  /// Takes how far the pool is, and draws it.
  func take(_ progress: PoolProgress) {
    state.withLock { $0.progress = progress }
    draw()
  }

  /// Draws, where that is due.
  func draw() {
    let now = ContinuousClock.now
    let text = state.withLock { state -> ProgressLine? in
      guard !state.isOver, let progress = state.progress else { return nil }
      if !line.isAble {
        guard let linesEvery, now - state.lastLine >= linesEvery else { return nil }
        state.lastLine = now
      }
      return Self.line(
        progress, title: title, total: total, before: before,
        elapsedSeconds: (now - began) / .seconds(1))
    }
    guard let text else { return }
    if line.isAble {
      line.show { text.text(width: $0) }
    } else {
      TerminalLine.writeLine(text.plainText)
    }
  }

  /// Takes the line away until it is drawn again.
  func clear() { line.clear() }

  /// Takes the line away for good.
  func end() {
    state.withLock { $0.isOver = true }
    line.close()
  }

  /// The line for a state.
  ///
  /// - Parameters:
  ///   - progress: How far the pool is.
  ///   - title: What is worked on.
  ///   - total: The items in all; nil for those that the pool has been given so far.
  ///   - before: The items that had ended before.
  ///   - elapsedSeconds: Seconds since the bar began.
  /// - Returns: The line.
  static func line(
    _ progress: PoolProgress, title: String, total: Int?, before: Int, elapsedSeconds: Double
  ) -> ProgressLine {
    let ended = progress.completed + progress.failed + progress.cancelled
    let done = max(0, ended - before)
    let all = max(total ?? done + progress.waiting + progress.withWorkers, done)
    var text = "\(title)  \(FigureText.count(done)) of \(FigureText.count(all))"
    if progress.failed > 0 { text += ", \(FigureText.count(progress.failed)) failed" }
    return ProgressLine(
      running: text, done: Double(done), total: Double(all), elapsedSeconds: elapsedSeconds,
      remainingSeconds: done > 0
        ? elapsedSeconds / Double(done) * Double(all - done) : nil)
  }
}
