import TandemModel

@testable import TandemLab

extension RulesTests {
  private static func wait(
    _ tid: Int32, of pid: Int32 = 100, _ target: StandstillWait.Target, object: String? = nil,
    limit: Double? = nil, holder: Int32? = nil, by others: [Int32] = []
  ) -> StandstillWait {
    StandstillWait(
      pid: pid, tid: tid, name: "worker", target: target, object: object, hasLimit: limit != nil,
      limitSeconds: limit, holder: holder, couldEnd: others, nobodyElse: true)
  }

  /// A program of four seconds that stood still for some of them.
  private static func program(
    _ seconds: Double, _ waits: [StandstillWait], ring: [Int32] = [], isOver: Bool = true,
    isWhole: Bool = true, why reason: ObservedStandstill.Reason? = nil
  ) -> ExplainReport {
    var program = MadeUpProgram.waiting(.waitingForWork, workers: 2)
    program.wallSeconds = 4
    if !isOver { program.exit = nil }
    program.standstills = [
      ObservedStandstill(
        startedSeconds: 0.5, seconds: seconds, isOver: isOver, isWholeProgram: isWhole,
        neverEnds: reason != nil, reason: reason, waits: waits, ring: ring)
    ]
    return program
  }

  private static let crossed = [
    wait(101, .lock, holder: 102, by: [102]), wait(102, .lock, holder: 101, by: [101]),
  ]

  private static let placed: [StandstillWait] = {
    var waits = crossed
    waits[0].function = ObservedFunction(name: "pay", file: "shop/bank.py", line: 12)
    (waits[0].variable, waits[0].mapping) = ("accounts", "/usr/lib/libbank.so")
    return waits
  }()

  /// Two threads of Python and the first one, which waits for their ends.
  private static func crossedInPython(_ other: StandstillWait.Target) -> [StandstillWait] {
    var waits = [
      wait(100, other, by: [101, 102]), wait(101, .lock, object: "0x10", by: [100, 102]),
      wait(102, .pythonLock, object: "0x20", by: [100, 101]),
    ]
    waits[1].function = ObservedFunction(name: "pay", file: "shop/bank.py", line: 12)
    waits[2].function = ObservedFunction(name: "ship", file: "shop/orders.py", line: 30)
    return waits
  }

  /// The cases of the rule about programs in which nobody goes on.
  static let standstillCases: [RuleCase] = [
    .program(
      "where each waits", .standsStill,
      program(3, placed, ring: [101, 102], isOver: false, why: .ring),
      says: [
        "worker 101, in pay (shop/bank.py:12), waits for a lock (accounts in libbank.so) that worker 102"
      ]),
    .program(
      "two locks in opposite order", .standsStill,
      program(3, crossed, ring: [101, 102], isOver: false, why: .ring),
      says: [
        "For 3.00 s so far, the program has stood still, and will never go on by itself:",
        "worker 101 waits for a lock that worker 102 has and worker 102 waits for a lock that worker 101 has",
      ], advises: ["in the same order"]),
    .program(
      "some workers never go on", .standsStill,
      program(3, crossed, ring: [101, 102], isWhole: false, why: .ring),
      says: ["worker 101 and worker 102 stood still, and would never have gone on by themselves"],
      advises: ["in the same order"]),
    .program(
      "a time limit ended it", .standsStill,
      program(
        3,
        [
          wait(100, .processEnd, limit: 3, by: [200]),
          wait(200, of: 200, .pipeRoom, by: [100]),
        ], ring: [100, 200]),
      says: [
        "For 3.00 s, the program stood still: worker 100 waits for the end of worker 200",
        "room in a full pipe that worker 100 would have to read",
        "the wait of worker 100 has a time limit of 3.00 s. Nobody in it was on a CPU",
      ], advises: ["Read all of the data before waiting for its writer to end"]),
    .program(
      "a pool that waits for itself", .standsStill,
      program(
        3,
        [
          wait(100, .condition, by: [101, 102]), wait(101, .condition, limit: 3, by: [100, 102]),
          wait(102, .condition, limit: 3, by: [100, 101]),
        ]), says: ["2 of these waits have time limits of up to 3.00 s"],
      advises: ["a task that waits for another task of its own pool"]),
    .program(
      "two locks of Python in opposite order, and the first thread joins", .standsStill,
      program(3, crossedInPython(.threadEnd), why: .eachOther),
      says: ["worker 101, in pay (shop/bank.py:12), waits for a lock"],
      advises: [
        "Check first in which order the locks are taken: worker 101 waits for one in pay (shop/bank.py:12) and"
          + " worker 102 for another one in ship (shop/orders.py:30)"
      ]),
    .program(
      "two locks of Python while the first thread waits for something else", .standsStill,
      program(3, crossedInPython(.condition), why: .eachOther),
      says: ["worker 101, in pay (shop/bank.py:12), waits for a lock"],
      advises: ["If these threads are a pool"]),
    .program(
      "forked with a held lock", .standsStill,
      program(3, [wait(200, of: 200, .pythonLock)], isWhole: false, why: .forkedFromThreads),
      says: ["a fork copies only the thread that calls it"], advises: ["Don't fork a process"]),
    .program(
      "OpenMP after a fork", .standsStill,
      program(3, [wait(200, of: 200, .openMPTeam)], why: .openMPAfterFork),
      says: ["its OpenMP team (libgomp)"], advises: ["Don't use OpenMP on both sides of a fork"]),
    .program(
      "the lock's holder is gone", .standsStill,
      program(3, [wait(101, .lock, holder: 150)], isWhole: false, why: .holderGone),
      says: ["a lock that thread 150 took"], advises: ["on every way out"]),
    .program(
      "a pipe of its own", .standsStill,
      program(3, [wait(200, of: 200, .pipeData, object: "pipe 7")], why: .ownPipe),
      says: ["neither data nor the end of the data can come"], advises: ["Close the end"]),
    .program(
      "a lock taken twice", .standsStill,
      program(
        3, [wait(101, .lock, holder: 101, by: [101])], ring: [101], isWhole: false, why: .ring),
      says: ["worker 101 waits for a lock that it has already"],
      advises: ["Don't take a lock again"]),
    .program(
      "a short one in a long run", .standsStill, program(0.3, crossed, ring: [101, 102]),
      says: nil),
    .program("none", .standsStill, MadeUpProgram.good, says: nil),
  ]
}
