public import Tandem

/// A bar on standard error that shows how far a pool is with its work.
///
/// ```swift
/// let bar = ProgressBar("thumbnails", of: pool, total: paths.count)
/// defer { bar.end() }
/// let thumbnails = try await pool.map(paths) { … }
/// ```
///
/// It is drawn at most ten times a second, in one line, with the items that are done of all and the time that
/// is left, and is taken away at its end. Where standard error is no terminal, or the program is in the
/// background, nothing is written, unless `linesEvery` asks for lines in a log.
///
/// It counts all that the pool does from here on, by any caller. What the program itself writes to the terminal
/// meanwhile belongs inside `hidden`.
public final class ProgressBar: Sendable {
  private let drawing: ProgressDrawing
  private let task: Task<Void, Never>

  /// Begins to draw.
  ///
  /// - Parameters:
  ///   - title: What is worked on.
  ///   - pool: The pool.
  ///   - total: The items in all; nil for those that the pool has been given so far.
  ///   - linesEvery: Where standard error is no terminal, the time between two lines that say how far the
  ///     pool is; nil for no lines.
  public init(
    _ title: String, of pool: some WorkerPool, total: Int? = nil, linesEvery: Duration? = nil
  ) {
    let drawing = ProgressDrawing(
      title: title, total: total, linesEvery: linesEvery, before: pool.statistics)
    self.drawing = drawing
    guard drawing.isAble else {
      task = Task {}
      return
    }
    let progress = pool.progress
    task = Task {
      await withTaskGroup { group in
        group.addTask {
          for await progress in progress { drawing.take(progress) }
        }
        group.addTask {
          // The time goes on while no item ends.
          while (try? await Task.sleep(for: .seconds(1))) != nil { drawing.draw() }
        }
        await group.next()
        group.cancelAll()
      }
    }
  }

  deinit { end() }

  /// Takes the bar away; it isn't drawn again.
  public func end() {
    task.cancel()
    drawing.end()
  }

  /// Takes the bar away while something else is written to the terminal.
  ///
  /// - Parameter body: Writes whole lines.
  /// - Returns: What `body` returned.
  /// - Throws: What `body` threw.
  public func hidden<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    drawing.clear()
    defer { drawing.draw() }
    return try body()
  }
}
