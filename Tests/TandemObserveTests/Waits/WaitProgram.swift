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

  let pid: pid_t
  private(set) var threads: [Thread] = []
  private var input: CInt
  private let output: CInt
  private var text: [UInt8] = []

  /// Starts the fixture and waits until so many lines have come, the line `ready` included.
  static func fixture(_ arguments: [String], lines: Int) throws -> WaitProgram {
    let path = try FixtureRun.buildDirectory() + "/Waiters"
    return try WaitProgram(path, ["Waiters"] + arguments, lines: lines)
  }

  init(_ path: String, _ arguments: [String], lines: Int) throws {
    let inputs = try Self.pipe()
    let outputs = try Self.pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inputs.near, 0)
    posix_spawn_file_actions_adddup2(&actions, outputs.far, 1)
    // Threads of a test block signals; a program that inherits that can't be ended by them.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var child: pid_t = 0
    let error = posix_spawn(&child, path, &actions, &attributes, &argv, environ)
    close(inputs.near)
    close(outputs.far)
    input = inputs.far
    output = outputs.near
    pid = child
    guard error == 0 else { throw Errno(rawValue: error) }
    try wait(for: lines)
  }

  /// A pipe whose ends both wait: standard input and output are as programs expect them.
  private static func pipe() throws(Errno) -> (near: CInt, far: CInt) {
    try Descriptor.pipe().split { reader, writer in
      (near: reader.relinquish(), far: writer.relinquish())
    }
  }

  /// Reads until so many threads have told of themselves.
  func wait(for lines: Int) throws {
    while threads.count < lines {
      var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 30_000) == 1 else { throw Errno.timedOut }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &bytes, bytes.count)
      guard count > 0 else { throw Errno.badMessage }
      text += bytes.prefix(count)
      while let end = text.firstIndex(of: 10) {
        let words = String(decoding: text[..<end], as: UTF8.self).split(separator: " ")
        text.removeFirst(end + 1)
        guard words.count == 3, let pid = CInt(words[1]), let tid = CInt(words[2]) else {
          throw Errno.badMessage
        }
        threads.append(Thread(label: String(words[0]), pid: pid, tid: tid))
      }
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
  /// What a thread waits for comes soon after it has told that it will, but not at once.
  func settled(
    _ thread: Thread, in calls: Set<String>, _ reader: inout WaitReader
  ) -> WaitReading {
    let limit = MonotonicClock.now() + 20_000_000_000
    var last = WaitReading.running
    while MonotonicClock.now() < limit {
      let state = try? ProcThread.state(thread.tid, of: thread.pid)
      let reading = reader.read(thread.tid, of: thread.pid) { _ in false }
      if state == "S" || state == "D", case .waiting(let wait) = reading,
        let call = wait.call, calls.contains(call), reading == last
      {
        return reading
      }
      last = reading
      sched_yield()
    }
    return last
  }

  /// Ends the program and waits for its end; one that doesn't end is killed.
  func end() {
    if input >= 0 { close(input) }
    input = -1
    // Its standard output ends with the last of its processes.
    var bytes = [UInt8](repeating: 0, count: 4096)
    var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, 20_000) == 1, read(output, &bytes, bytes.count) > 0 {}
    kill(pid, SIGKILL)
    var status: CInt = 0
    waitpid(pid, &status, 0)
    close(output)
  }

  deinit {
    if input >= 0 {
      close(input)
      kill(pid, SIGKILL)
      var status: CInt = 0
      waitpid(pid, &status, 0)
      close(output)
    }
  }
}

/// A name in the folder for temporary files that nobody has.
func temporaryName() -> String {
  "/tmp/tandem-waits-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
}
