import Glibc
import TandemObserve
import TandemSystem
import TandemTestSupport

/// A program whose threads wait for things that are fixed by construction, running until it is ended.
///
/// Each thread that is about to wait writes a line `LABEL PID TID`; the program ends at the end of its
/// standard input.
final class WaitProgram {
  struct Thread: Hashable {
    var label: String
    var pid: CInt
    var tid: CInt
  }

  private let program: SpawnedProgram
  private(set) var threads: [Thread] = []

  /// The program's number.
  var pid: pid_t { program.pid }

  /// Starts the fixture and waits until so many lines have come, the line `ready` included.
  static func fixture(_ arguments: [String], lines: Int) throws -> WaitProgram {
    let path = try FixtureRun.buildDirectory() + "/Waiters"
    return try WaitProgram(path, ["Waiters"] + arguments, lines: lines)
  }

  init(_ path: String, _ arguments: [String], lines: Int) throws {
    var spawner = Spawner(path, arguments)
    spawner.input = .pipe
    spawner.error = .inherited
    program = try spawner.start()
    try wait(for: lines)
  }

  /// Reads until so many threads have written their lines.
  func wait(for lines: Int) throws {
    try program.wait(for: "\(lines) lines", limit: .seconds(30)) {
      program.outputBytes.count { $0 == UInt8(ascii: "\n") } >= lines
    }
    threads = try program.output.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let pid = CInt(words[1]), let tid = CInt(words[2]) else {
        throw Errno.badMessage
      }
      return Thread(label: String(words[0]), pid: pid, tid: tid)
    }
  }

  /// The threads with a label.
  func labelled(_ label: String) -> [Thread] { threads.filter { $0.label == label } }

  /// A reader that observes the processes that have told of themselves.
  func reader(architecture: SystemCallTable.Architecture? = .current) -> WaitReader {
    var reader = WaitReader(processes: [pid], architecture: architecture)
    for thread in threads { reader.add(process: thread.pid) }
    return reader
  }

  /// Reads a thread until it sleeps in one of some system calls, and twice in the same.
  ///
  /// A thread writes its line before it waits, and it waits soon, but not at once.
  func settled(
    _ thread: Thread, in calls: Set<String>, _ reader: inout WaitReader
  ) throws -> WaitReading {
    var last = WaitReading.running
    try waitUntil("\(thread.label) to wait in \(calls.sorted())") {
      let state = try? ThreadStat.read(thread.tid, of: thread.pid).state
      let reading = reader.read(thread.tid, of: thread.pid) { _ in false }
      defer { last = reading }
      guard state == "S" || state == "D", case .waiting(let wait) = reading else { return false }
      return wait.call.map { calls.contains($0) } == true && reading == last
    }
    return last
  }

  /// Ends the program's input, and waits for the end of all its processes.
  ///
  /// Those that don't end are killed, and the program is reaped.
  func end() {
    program.write([], last: true)
    // Its standard output ends with the last of its processes.
    try? program.wait(for: "the program's end", limit: .seconds(20)) {
      program.outputEndedAt != nil
    }
    program.remove()
  }
}

/// A name in the folder for temporary files that nobody has.
func temporaryName() -> String {
  "/tmp/tandem-waits-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
}
