import Glibc
import TandemTestSupport
import Testing

@testable import TandemSystem

/// Threads and children, and a quick look at each.
@Suite struct ProcTasksTests {
  private func parse(_ text: String) -> ThreadStat? {
    let bytes = Array(text.utf8)
    return ThreadStat(bytes.span)
  }

  private let rest = " S 7 1 1 0 -1 4194560 1 2 3 4 55 66 0 0 20 0 1 0 777 1 2"

  @Test(arguments: [
    "sh", "", "a) R 1 (", "my thread", "((", "))", "\n", "two\nlines",
    "x) Z 9 9 9 9 9 9 9 9 9 9 9 9 9",
  ])
  func theNameEndsAtTheLastBracket(_ name: String) throws {
    let stat = try #require(parse("12 (\(name))\(rest)"))
    #expect(stat.name == name)
    #expect(stat.state == "S")
    #expect(stat.parent == 7)
    #expect(stat.userTicks == 55)
    #expect(stat.systemTicks == 66)
    #expect(stat.startTicks == 777)
  }

  @Test(arguments: [
    "", "12", "12 (", "12 )(", "12 (a", "12 (a)", "12 (a) ", "12 (a) 5 7", "12 (a) S", "12 (a) S x",
    "12 (a) S 7 1 1 0 -1 4194560 1 2 3 4 55", "12 (a) S 99999999999 1 1",
    "12 (a) S 7 1 1 0 -1 4194560 1 2 3 4 -5 66 0 0 20 0 1 0 777", "12 a S 7", ")", "(12) S 1 2 3",
    "12 (a) S 7 1 1 0 -1 0 0 0 0 0 99999999999999999999 4 0 0 20 0 1 0 9",
  ])
  func whatIsNoSuchLineGivesNothing(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test func theCallingThreadsFileIsRead() throws {
    let stat = try ThreadStat.read(getpid(), of: getpid())
    #expect(stat.name == (try ProcFile.text("/proc/self/task/\(getpid())/comm").dropLast()))
    #expect(stat.parent == getppid())
    #expect(!stat.hasEnded && !stat.isStopped && !stat.isExiting)
    #expect(stat.startTicks > 0)
    #expect(try SchedStat.read(.thread(getpid(), of: getpid())).timeslices > 0)
  }

  @Test func whoIsGoneIsAnError() {
    #expect(throws: Errno.noSuchFile) { try ThreadStat.read(CInt.max, of: getpid()) }
    #expect(throws: Errno.noSuchFile) { try ThreadStat.read(-5, of: CInt.max) }
    #expect(throws: Errno.noSuchFile) { try SchedStat.read(.thread(CInt.max, of: CInt.max)) }
    #expect(throws: Errno.noSuchFile) { try ProcTasks.threads(of: CInt.max) }
    #expect(throws: Errno.noSuchFile) { try ProcTasks.children(of: CInt.max) }
  }

  @Test func threadsAreListed() throws {
    let pipe = try PipeEnds()
    let back = try PipeEnds()
    let (input, output) = (pipe.reader.rawValue, back.writer.rawValue)
    try OSThread.start(name: "is listed) R") {
      var id = OSThread.currentID
      _ = write(output, &id, 4)
      var byte: UInt8 = 0
      _ = read(input, &byte, 1)
      _ = write(output, &byte, 1)
    }
    var tid: CInt = 0
    #expect(read(back.reader.rawValue, &tid, 4) == 4)
    let threads = try ProcTasks.threads(of: getpid())
    #expect(threads.contains(tid))
    #expect(threads.contains(getpid()))
    #expect(try ThreadStat.read(tid, of: getpid()).name == "is listed) R")
    try pipe.writer.writeAll([1])
    #expect(try back.reader.readSome(limit: 1) == [1])
  }

  @Test func childrenAreListed() throws {
    let child = try IdleChild.fork()
    #expect(try ProcTasks.children(of: getpid()).contains(child.pid))
    #expect(try ProcTasks.children(of: child.pid) == [])
    #expect(try ProcTasks.parents()[child.pid] == getpid())
    let processes = try ProcTasks.processes()
    #expect(processes.contains(child.pid) && processes.contains(getpid()))
    #expect(processes == processes.sorted())
  }

  @Test func directoryRecordsOfAnyKindAreRead() {
    var numbers = SplitMix64(seed: 7)
    for _ in 0..<500 {
      let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      DirectoryRecords.names(in: bytes.span) { #expect($0.count < 200) }
    }
    // Two records, the second of which claims more bytes than there are.
    let record = [UInt8](repeating: 0, count: 16) + [24, 0, 4, 0x31, 0x32, 0, 0, 0]
    var broken = record
    broken[16] = 25
    var names: [Int] = []
    DirectoryRecords.names(in: (record + broken).span) { names.append($0.count) }
    #expect(names == [2])
  }
}
