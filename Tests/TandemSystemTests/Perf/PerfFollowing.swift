import Glibc
import TandemSystem
import TandemTestSupport

/// A program that was followed from its exec to its end, and what was seen of it.
struct Followed {
  var pid: CInt
  var status: ExitStatus
  var usage: RUsage
  var records: [PerfRecord]
  var lost: UInt64
  var late: UInt64
  /// What the host took meanwhile.
  var stolenNS: UInt64

  /// Runs a program, and reads the rings before they are full.
  static func run(
    _ arguments: [String], pagesPerRing: Int = 64, eventsPerCPU: Int = 1
  ) throws -> Followed {
    let stolen = CPUTimes.read()?.all.stolenNS ?? 0
    var program = try StoppedLaunch.start(path: arguments[0], arguments: arguments)
    var events = try SwitchEvents(
      following: .nextExec(of: program.pid), pagesPerRing: pagesPerRing, eventsPerCPU: eventsPerCPU)
    try program.release()
    var records: [PerfRecord] = []
    var end = pollfd(fd: program.endDescriptor, events: Int16(POLLIN), revents: 0)
    while !program.hasEnded() {
      // Often enough for small rings.
      _ = poll(&end, 1, 2)
      events.drain { records.append($0) }
    }
    let (status, usage) = try program.wait()
    events.drain(finally: true) { records.append($0) }
    return Followed(
      pid: program.pid, status: status, usage: usage, records: records, lost: events.lostRecords,
      late: events.lateRecords, stolenNS: (CPUTimes.read()?.all.stolenNS ?? stolen) - stolen)
  }

  /// Two processes that wait for each other five hundred times.
  static func pingPong(_ there: borrowing Fifo, _ back: borrowing Fifo) -> [String] {
    let script = """
      while read a; do echo $a; [ $a = 499 ] && break; done < "$1" > "$2" &
      exec 3> "$1" 4< "$2"
      i=0; while [ $i -lt 500 ]; do echo $i >&3; read b <&4; i=$((i+1)); done; wait
      """
    return ["/bin/sh", "-c", script, "sh", there.path, back.path]
  }

  /// The time that all threads were on a CPU, summed.
  var onCPUNS: UInt64 {
    var since: [CInt: UInt64] = [:]
    var sum: UInt64 = 0
    for record in records {
      switch record.kind {
      case .switchedIn: since[record.tid] = record.timeNS
      case .named(_, isExec: true):
        // The first record of all: no switch has put the thread there.
        if since[record.tid] == nil { since[record.tid] = record.timeNS }
      case .switchedOut, .exited:
        if let start = since.removeValue(forKey: record.tid) { sum += record.timeNS - start }
      case .forked, .named, .lost: break
      }
    }
    return sum
  }

  /// The threads and processes that were made.
  var children: [(tid: CInt, pid: CInt, parent: CInt)] {
    records.compactMap {
      guard case .forked(let child, let pid, let parent, _) = $0.kind else { return nil }
      return (child, pid, parent)
    }
  }

  /// The names of what was executed, in the order of time.
  var executed: [String] {
    records.compactMap {
      guard case .named(let name, isExec: true) = $0.kind else { return nil }
      return name
    }
  }

  /// Those whose end was recorded.
  var ended: Set<CInt> { Set(records.filter { $0.kind == .exited }.map(\.tid)) }
}

/// Whether this machine lets switches be recorded.
let canRecordSwitches = PerfEvents.probe().failure == nil
