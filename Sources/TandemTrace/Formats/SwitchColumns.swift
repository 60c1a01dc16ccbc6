/// The switches of one CPU, in columns as Perfetto's compact form of the kernel's `sched_switch` has them.
///
/// Two switches stand for each time of a thread on the CPU: to it, and from it. Between two such times the CPU has thread
/// 0: it was idle, or it ran what isn't observed.
struct SwitchColumns {
  /// The most switches of a bundle.
  static let most = 1_024
  // The kernel's states as `sched_switch` gives them from Linux 4.14 on (TASK_REPORT, include/linux/sched.h). The
  // records don't tell a sleep that signals end from one that they don't.
  private static let running: UInt64 = 0
  private static let sleeping: UInt64 = 0x1
  private static let dead: UInt64 = 0x10
  private static let preempted: UInt64 = 0x100
  /// The records have no priorities; this is that of a thread with a nice value of 0.
  private static let priority: UInt64 = 120
  /// What stands for thread 0.
  private static let nobody = "not this program"

  private let cpu: UInt32
  /// What is added to `CLOCK_MONOTONIC` for `CLOCK_BOOTTIME`, which Perfetto expects here.
  private let toBootNS: UInt64
  private var times: [UInt64] = []
  private var states: [UInt64] = []
  private var threads: [UInt64] = []
  private var names: [UInt64] = []
  private var places: [String: UInt64] = [:]
  private var texts: [String] = []
  private var lastNS: UInt64 = 0
  private var hasBegun = false

  /// Makes columns without a switch.
  init(cpu: UInt32, toBootNS: UInt64) {
    self.cpu = cpu
    self.toBootNS = toBootNS
  }

  /// Whether nothing waits to be written.
  var isEmpty: Bool { times.isEmpty }

  /// Whether there is no room for another time.
  var isFull: Bool { times.count >= Self.most }

  /// Adds a time of a thread.
  mutating func add(_ run: CPURun) {
    if !hasBegun {
      // A reader leaves the first switch of a CPU out, because it doesn't know who was there before.
      hasBegun = true
      append(run.fromNS, from: Self.running, to: 0, Self.nobody)
    }
    append(run.fromNS, from: Self.running, to: run.tid, run.name)
    let state =
      switch run.ending {
      case .preempted: Self.preempted
      case .waits: Self.sleeping
      case .exited: Self.dead
      case .unknown: Self.running
      }
    append(run.toNS, from: state, to: 0, Self.nobody)
  }

  private mutating func append(_ timeNS: UInt64, from state: UInt64, to tid: Int32, _ name: String)
  {
    // Records that came late keep their order, not their time.
    let time = max(timeNS + toBootNS, lastNS)
    times.append(times.isEmpty ? time : time - lastNS)
    lastNS = time
    states.append(state)
    threads.append(UInt64(truncatingIfNeeded: Int64(tid)))
    var place = places[name]
    if place == nil {
      place = UInt64(texts.count)
      places[name] = place
      texts.append(name)
    }
    names.append(place ?? 0)
  }

  /// Writes what there is as one packet, and begins anew.
  mutating func write(to packet: inout ProtoBytes) {
    typealias Bundle = PerfettoFields.Bundle
    guard !times.isEmpty else { return }
    packet.message(PerfettoFields.Packet.ftraceEvents) {
      [cpu, times, states, threads, names, texts] in
      $0.field(Bundle.cpu, cpu)
      $0.message(Bundle.compact) { body in
        body.packed(Bundle.times, times)
        body.packed(Bundle.previousStates, states)
        body.packed(Bundle.nextThreads, threads)
        body.packed(Bundle.nextPriorities, times.map { _ in Self.priority })
        for text in texts { body.field(Bundle.names, text: text) }
        body.packed(Bundle.nextNames, names)
      }
    }
    (times, states, threads, names, texts, places) = ([], [], [], [], [], [:])
  }
}
