import TandemModel
import TandemObserve

@testable import TandemLab

/// Made-up runs that were watched, with figures that can be worked out by hand.
enum Seen {
  static let second: UInt64 = 1_000_000_000

  /// One thread that does one thing after the other, from a time on; each so many seconds.
  static func worker(
    _ tid: Int32, from: UInt64 = second,
    mix: WaitMix = WaitMix(), _ doing: [(ObservedSegment.Doing, Double)]
  ) -> ObservedRun.Worker {
    var now = from
    var segments: [ObservedSegment] = []
    for (what, seconds) in doing {
      let end = now + MadeUp.nanoseconds(seconds)
      segments.append(ObservedSegment(fromNS: now, toNS: end, doing: what))
      now = end
    }
    return ObservedRun.Worker(
      pid: 100, tid: tid, startedNS: from, endedNS: now, segments: segments, mix: mix)
  }

  /// One whose body is all that was seen of it, and what it reports of that.
  static func record(
    of worker: ObservedRun.Worker, onCPU: Double, runnable: Double? = 0,
    blocked: BlockedTimes = BlockedTimes(), switches: ContextSwitches? = nil,
    tasks: TaskTotals? = nil
  ) -> WorkerRecord {
    WorkerRecord(
      startCalledNS: worker.startedNS, bodyEnteredNS: worker.startedNS,
      bodyLeftNS: worker.endedNS ?? 0, endObservedNS: worker.endedNS ?? 0,
      onCPUNS: MadeUp.nanoseconds(onCPU), runnableNS: runnable.map(MadeUp.nanoseconds),
      blocked: blocked, switches: switches, tasks: tasks, pid: worker.pid, tid: worker.tid)
  }

  /// A run of such workers.
  static func run(
    _ workers: [(ObservedRun.Worker, WorkerRecord)], round: Int = 0, hasGIL: Bool = false,
    switches: ObservationSources.Switches = .exact
  ) -> WatchedRun {
    let ended = workers.map(\.1.endObservedNS).max() ?? second
    return WatchedRun(
      round: round,
      record: RunRecord(
        beganNS: second, endedNS: ended, workers: workers.map(\.1),
        usage: ResourceUsage(
          userSeconds: 0, systemSeconds: 0, switches: ContextSwitches(voluntary: 0, involuntary: 0),
          maxResidentKiB: 0)),
      observed: ObservedRun(
        workers: workers.map(\.0), switches: switches, processesWithGIL: hasGIL ? [100] : []))
  }

  /// Four threads of one second's work each that take turns under a lock of whatever state.
  static func turns(_ waiting: WorkerState, round: Int = 0) -> WatchedRun {
    run(
      (0..<4).map { index in
        let before = Double(index)
        let thread = worker(
          Int32(index + 1),
          [
            (.state(waiting), before), (.state(.onCPU), 1), (.state(waiting), 3 - before),
          ])
        return (thread, record(of: thread, onCPU: 1))
      }, round: round, hasGIL: waiting == .gil)
  }

  /// Four processes of one second's work each on two CPUs: two run, then the other two.
  static func twoByTwo(round: Int = 0) -> WatchedRun {
    run(
      (0..<4).map { index in
        let isFirst = index < 2
        let process = worker(
          Int32(index + 1),
          [(.state(isFirst ? .onCPU : .runnable), 1), (.state(isFirst ? .runnable : .onCPU), 1)])
        return (process, record(of: process, onCPU: 1, runnable: 1))
      }, round: round)
  }
}
