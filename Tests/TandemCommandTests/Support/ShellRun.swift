import Foundation
import Glibc
import TandemSystem

/// A script for the shell, run to its end; in it `$TANDEM` is the command as it was built beside the
/// tests.
struct ShellRun {
  /// How the shell ended, or what it was replaced by (`exec`).
  var status: ExitStatus
  var output: Data
  var error: String

  /// Runs a script.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - input: its standard input.
  ///   - folder: the folder to run it in.
  ///   - environment: variables besides those that are there.
  ///   - timeout: when it and what it started is killed; a guard, not a wait.
  /// - Throws: when it can't be started.
  init(
    _ script: String, input: Data = Data(), folder: String = "/",
    environment: [String: String] = [:], timeout: Duration = .seconds(60)
  ) throws {
    let running = try RunningShell(script, folder: folder, environment: environment)
    // Written by a thread of its own: a program may write before it reads.
    let writing = Thread { running.write(input, last: true) }
    writing.start()
    self = try running.end(timeout: timeout)
  }
}

/// A script for the shell that runs, in a process group of its own.
///
/// Whatever of the group is left is killed with the value.
final class RunningShell: @unchecked Sendable {
  /// Why a test could not go on.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The shell, or what it was replaced by.
  let pid: pid_t
  private let input: FileHandle
  private let outputs: [CInt]
  private var texts: [Data] = [Data(), Data()]
  private var open = [true, true]
  private var isReaped = false

  /// Starts a script.
  ///
  /// - Parameters:
  ///   - script: the script.
  ///   - folder: the folder to run it in.
  ///   - environment: variables besides those that are there.
  /// - Throws: when it can't be started.
  init(_ script: String, folder: String = "/", environment: [String: String] = [:]) throws {
    let pipes = try (0..<3).map { _ in
      try Descriptor.pipe().split { reader, writer throws(Errno) in
        (reader: reader.relinquish(), writer: writer.relinquish())
      }
    }
    input = FileHandle(fileDescriptor: pipes[0].writer, closeOnDealloc: true)
    outputs = [pipes[1].reader, pipes[2].reader]
    let theirs = [pipes[0].reader, pipes[1].writer, pipes[2].writer]
    defer { theirs.forEach { close($0) } }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var (none, all) = (sigset_t(), sigset_t())
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    sigemptyset(&none)
    sigfillset(&all)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, descriptor) in theirs.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(number))
    }
    // Only those that a script opens itself; what isn't open is passed over.
    for number in CInt(3)..<1024 { posix_spawn_file_actions_addclose(&actions, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    variables["TANDEM"] = try TandemExecutable.path()
    let words = ["/bin/sh", "-c", "cd '\(folder)' || exit 125\n\(script)"]
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var started: pid_t = 0
    let failure = posix_spawn(&started, words[0], &actions, &attributes, &argv, &envp)
    guard failure == 0 else { throw Failure(description: "can't start a shell: \(failure)") }
    pid = started
  }

  deinit {
    kill(-pid, SIGKILL)
    outputs.forEach { close($0) }
    if !isReaped { waitpid(pid, nil, 0) }
  }

  /// What was written to standard output so far.
  var output: String { String(decoding: texts[0], as: UTF8.self) }

  /// Writes to its standard input.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - last: whether that is the end of the input.
  func write(_ bytes: Data, last: Bool = false) {
    // Whoever doesn't read it is no failure of the test's.
    signal(SIGPIPE, SIG_IGN)
    try? input.write(contentsOf: bytes)
    if last { try? input.close() }
  }

  /// Takes what it writes until a text was written to standard output.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - timeout: how long at most; a guard, not a wait.
  /// - Throws: `Failure` when it is not written.
  func wait(for text: String, timeout: Duration = .seconds(40)) throws {
    let deadline = ContinuousClock.now + timeout
    while !output.contains(text) {
      guard open[0], ContinuousClock.now < deadline else {
        throw Failure(description: "waited for '\(text)' in vain: \(output)\n\(errorText)")
      }
      take()
    }
  }

  /// Waits for its end, and that of its output.
  ///
  /// - Parameter timeout: how long at most; a guard, not a wait.
  /// - Returns: what it left.
  /// - Throws: `Failure` when it doesn't end.
  func end(timeout: Duration = .seconds(60)) throws -> ShellRun {
    let deadline = ContinuousClock.now + timeout
    while open.contains(true) {
      guard ContinuousClock.now < deadline else {
        throw Failure(description: "it did not end: \(output)\n\(errorText)")
      }
      take()
    }
    var status: CInt = 0
    waitpid(pid, &status, 0)
    isReaped = true
    return ShellRun(status: ExitStatus(waitStatus: status), output: texts[0], error: errorText)
  }

  private var errorText: String { String(decoding: texts[1], as: UTF8.self) }

  private func take() {
    var watched = outputs.indices.map {
      pollfd(fd: open[$0] ? outputs[$0] : -1, events: Int16(POLLIN), revents: 0)
    }
    _ = poll(&watched, nfds_t(watched.count), 200)
    for index in outputs.indices where watched[index].revents != 0 {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = read(outputs[index], &chunk, chunk.count)
      if count > 0 { texts[index].append(contentsOf: chunk[..<count]) } else { open[index] = false }
    }
  }
}

extension ShellRun {
  init(status: ExitStatus, output: Data, error: String) {
    (self.status, self.output, self.error) = (status, output, error)
  }

  /// Standard output as a text.
  var text: String { String(decoding: output, as: UTF8.self) }
}
