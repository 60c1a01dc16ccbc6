import CTandemShims
import Glibc
import TandemTestSupport
import Testing

@testable import TandemSystem

/// What is recorded of programs that run here and now.
@Suite(.serialized, .enabled(if: canRecordSwitches, "the kernel lets no switches be recorded here"))
struct PerfSwitchEventsTests {
  /// Computes, and does nothing else.
  private static let loop = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"

  /// The records and the kernel's account of CPU time agree, but for what only one of them has.
  ///
  /// The rusage of a process holds what it did before its exec. What a switch itself takes, 2 to 7 µs
  /// where this was measured, is accounted to somebody and lies between two records. And a virtual CPU that its
  /// host has stopped looks on a CPU in the records.
  private static func expectSameCPUTime(_ followed: Followed) {
    let (seen, used) = (Double(followed.onCPUNS), Double(followed.usage.cpuNS))
    let switches = followed.records.count { $0.kind == .switchedIn }
    #expect(seen > max(used * 0.97 - 5e6 - 1e4 * Double(switches), used * 0.6))
    #expect(seen < used * 1.03 + 20e6 + Double(followed.stolenNS))
  }

  @Test func onCPUTimeIsWhatTheKernelAccounts() throws {
    let followed = try Followed.run(["/bin/sh", "-c", Self.loop])
    #expect(followed.status == .exited(code: 0))
    #expect(followed.usage.cpuNS > 20_000_000)
    #expect(followed.lost == 0)
    Self.expectSameCPUTime(followed)
  }

  @Test func everyChildIsFollowedToItsEnd() throws {
    let followed = try Followed.run(
      ["/bin/sh", "-c", "for i in 1 2 3 4 5; do /bin/true; done; (\(Self.loop)) & wait; exit 7"])
    #expect(followed.status == .exited(code: 7))
    #expect(followed.children.count == 6)
    #expect(followed.children.allSatisfy { $0.parent == followed.pid && $0.tid == $0.pid })
    #expect(followed.executed == ["sh"] + Array(repeating: "true", count: 5))
    #expect(followed.ended == Set(followed.children.map(\.tid) + [followed.pid]))
    Self.expectSameCPUTime(followed)
  }

  @Test func aLostGrandchildIsFollowedToo() throws {
    // The middle one ends at once, so that somebody else becomes the last one's parent; the pipe
    // holds the program until that one has ended.
    let followed = try Followed.run(
      ["/bin/sh", "-c", "{ (/bin/true </dev/null 3>&1 & ) ; } | cat"])
    #expect(followed.status == .exited(code: 0))
    #expect(Set(followed.executed) == ["sh", "true", "cat"])
    let grandchildren = followed.children.filter { $0.parent != followed.pid }
    #expect(grandchildren.count >= 1)
  }

  @Test func recordsComeInTheOrderOfTime() throws {
    let began = MonotonicClock.now()
    let there = try Fifo()
    let back = try Fifo()
    let followed = try Followed.run(Followed.pingPong(there, back))
    #expect(followed.status == .exited(code: 0))
    #expect(followed.lost == 0)
    #expect(followed.records.count > 1000)
    let times = followed.records.map(\.timeNS)
    let steps = zip(times, times.dropFirst()).filter { $0 > $1 }.count
    // A record that comes behind the horizon is out of order, and no other is.
    #expect(steps <= followed.late)
    let first = try #require(times.min()), last = try #require(times.max())
    #expect(first >= began && last <= MonotonicClock.now())
    // Switches of a thread alternate.
    for (_, own) in Dictionary(grouping: followed.records, by: \.tid) {
      let isIn = own.compactMap { record -> Bool? in
        switch record.kind {
        case .switchedIn: true
        case .switchedOut: false
        default: nil
        }
      }
      #expect(followed.late > 0 || zip(isIn, isIn.dropFirst()).allSatisfy { $0 != $1 })
    }
    Self.expectSameCPUTime(followed)
  }

  @Test func aRingThatIsTooSmallTellsWhatItLost() throws {
    let there = try Fifo()
    let back = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: Followed.pingPong(there, back))
    var events = try SwitchEvents(following: .nextExec(of: program.pid), pagesPerRing: 1)
    #expect(events.pagesPerRing == 1)
    try program.release()
    // Read only when it is over: nothing came after what was lost.
    _ = try program.wait()
    var counted: UInt64 = 0
    var others = 0
    events.drain(finally: true) {
      if case .lost(let count) = $0.kind { counted += count } else { others += 1 }
    }
    // A page holds 128 switches.
    #expect(others >= 50)
    #expect(counted == events.lostRecords)
    // Kernels before 6.0 don't tell of the last ones.
    if KernelInfo.current().release.prefix(while: { $0 != "." }) >= "6" { #expect(counted > 100) }
  }

  @Test func eventsForMoreCPUsRecordNothingMore() throws {
    let followed = try Followed.run(
      ["/bin/sh", "-c", "/bin/true; /bin/true"], pagesPerRing: 8, eventsPerCPU: 8)
    #expect(followed.executed == ["sh", "true", "true"])
    #expect(followed.records.filter { $0.kind == .exited }.count == 3)
  }

  @Test func pagesAreAPowerOfTwo() throws {
    let program = try StoppedLaunch.start(path: "/bin/true", arguments: ["true"])
    let events = try SwitchEvents(following: .nextExec(of: program.pid), pagesPerRing: 13)
    #expect(events.pagesPerRing == 8)
    #expect(events.merge.rings.count == CPUs.read().online)
  }

  @Test func aRunningThreadIsFollowed() throws {
    let toThread = try PipeEnds()
    let back = try PipeEnds()
    let (input, output) = (toThread.reader.rawValue, back.writer.rawValue)
    // It says its number, then answers each byte, and ends when it gets a 0.
    try OSThread.start(name: "answers") {
      var id = OSThread.currentID
      _ = write(output, &id, 4)
      var byte: UInt8 = 1
      while byte != 0, read(input, &byte, 1) == 1 { _ = write(output, &byte, 1) }
    }
    var tid: CInt = 0
    #expect(read(back.reader.rawValue, &tid, 4) == 4)

    // The number of a thread that is none is passed over.
    var events = try SwitchEvents(following: .threads([CInt.max, tid]))
    for byte: UInt8 in [1, 2, 3, 0] {
      try toThread.writer.writeAll([byte])
      #expect(try back.reader.readSome(limit: 1) == [byte])
      // Else it may find the next one there, and never wait.
      if byte == 0 { break }
      try waitUntil("the thread to sleep") {
        try ThreadStat.read(tid, of: getpid()).state == "S"
      }
    }
    // The kernel records a thread's end before its number is gone (`do_exit` in kernel/exit.c).
    try waitUntil("the thread to be gone") { !ProcThread.exists(tid, of: getpid()) }
    var records: [PerfRecord] = []
    events.drain(finally: true) { records.append($0) }
    #expect(records.allSatisfy { $0.tid == tid && $0.pid == getpid() })
    #expect(records.filter { $0.kind == .switchedOut(preempted: false) }.count >= 1)
    #expect(records.last?.kind == .exited)
  }

  @Test func threadsOfAnotherProgramShareARing() throws {
    let toProgram = try Fifo()
    var program = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "read line < '\(toProgram.path)'; /bin/true"])
    var others = try StoppedLaunch.start(
      path: "/bin/sh", arguments: ["sh", "-c", "read line < '\(toProgram.path)'"])
    try program.release()
    try others.release()
    var events = try SwitchEvents(following: .threads([program.pid]))
    try events.follow([others.pid, CInt.max])
    #expect(events.merge.rings.count == CPUs.read().online)
    try toProgram.say("go\ngo\n")
    // Both read byte by byte up to a line end, of which there are two.
    _ = try program.wait()
    _ = try others.wait()
    var ended: Set<CInt> = []
    var names: [String] = []
    events.drain(finally: true) {
      if $0.kind == .exited { ended.insert($0.tid) }
      if case .named(let name, isExec: true) = $0.kind { names.append(name) }
    }
    #expect(ended.isSuperset(of: [program.pid, others.pid]))
    #expect(names.contains("true"))
  }

  @Test func nobodyToFollowIsAFailure() {
    let expected = PerfEvents.Failure(stage: .opening, errno: .noSuchProcess)
    #expect(throws: expected) { _ = try SwitchEvents(following: .threads([CInt.max])) }
    #expect(throws: expected) { _ = try SwitchEvents(following: .nextExec(of: CInt.max)) }
  }

  @Test func tooManyThreadsAreAFailureThatLeavesNothingBehind() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      let threads = Array(repeating: OSThread.currentID, count: 100)
      #expect(throws: PerfEvents.Failure(stage: .opening, errno: .tooManyOpenFiles)) {
        _ = try SwitchEvents(following: .threads(threads))
      }
      // All of them were closed again.
      _ = try SwitchEvents(following: .threads([OSThread.currentID]))
    }
  }

  @Test func anOrdinaryUserMayDoIt() async {
    await #expect(processExitsWith: .success) {
      try OrdinaryUser.become()
      let followed = try Followed.run(["/bin/sh", "-c", "/bin/true; \(Self.loop)"])
      #expect(followed.executed == ["sh", "true"])
      #expect(followed.ended.count == 2)
      #expect(followed.lost == 0)
      Self.expectSameCPUTime(followed)

      // More than may stay locked: smaller rings are taken, and work.
      let few = try Followed.run(["/bin/sh", "-c", "/bin/true"], pagesPerRing: 1 << 14)
      #expect(few.executed == ["sh", "true"])
    }
  }
}
