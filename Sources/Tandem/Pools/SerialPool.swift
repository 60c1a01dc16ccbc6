/// One item after the other, on one thread: the reference that the other pools are compared with.
///
/// There is nothing to be tuned: items are done in the order of their calls, higher priorities first.
/// The thread is there as long as there is work. As in a `ThreadPool`, what runs can't be stopped: it is
/// asked to end, its caller hears of the end at once, and what waits goes on when it has ended. Its work
/// can't give it more work, which could never begin while it is waited for.
public final class SerialPool: WorkerPool {
  private let engine: SerialEngine

  /// Makes a pool.
  ///
  /// - Parameter name: its name; nil gives `Pool-1` and so on.
  /// - Throws: `invalidArgument`.
  public init(name: String? = nil) throws(PoolError) {
    let name = name ?? "Pool-\(WorkerNumbers.nextPool())"
    try OptionCheck.name(name)
    engine = SerialEngine(name: name)
  }

  deinit { engine.shutdown(.killNow) }

  /// The pool's name.
  public var name: String { engine.name }
  /// One.
  public var workerCount: Int { 1 }
  /// What it has done so far.
  public var statistics: PoolStatistics { engine.statistics }

  /// Where the pool takes work in.
  @_spi(TandemEngines) public var intake: PoolIntake { PoolIntake(engine) }

  /// Does nothing: there is one worker.
  ///
  /// - Parameter workers: 1.
  /// - Throws: `invalidArgument` for any other number, `poolShutDown`.
  public func resize(to workers: Int) throws(PoolError) {
    guard workers == 1 else {
      throw OptionCheck.refusal("workers", is: "\(workers)", mustBe: "1 in a serial pool")
    }
    try engine.checkTakesWork()
  }

  /// Ends the pool and waits until what runs has ended.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does. Called by the pool's own
  /// work, it doesn't wait: that would be for its own end.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  public func shutdown(_ mode: PoolShutdown) async {
    await engine.shutdownAndWait(mode)
  }
}
