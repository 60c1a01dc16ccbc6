import Glibc
import TandemObserve
import TandemSystem
import TandemTestSupport
import Testing

/// What is found of a program that runs already.
@Suite struct RunningThreadsTests {
  /// A thread may go to sleep for good before its switches are recorded: then no record tells it.
  @Test func statesAreThoseOfTheLastReading() throws {
    let program = try RunningProgram("/bin/sh", ["-c", "while :; do :; done"])
    var found = TandemObserve.RunningProgram(pid: program.pid)
    try waitUntil("it to compute") {
      found = TandemObserve.RunningProgram(pid: program.pid)
      return found.newThreads().contains { $0.isRunnable && $0.name == "sh" }
    }
    kill(program.pid, SIGSTOP)
    try waitUntil("it to stop") {
      try ThreadStat.read(program.pid, of: program.pid).state == "T"
    }
    #expect(found.threads.map(\.isRunnable) == [true])
    found.readStates()
    #expect(found.threads.map(\.isRunnable) == [false])
    kill(program.pid, SIGKILL)
    try waitUntil("it to end") {
      try ThreadStat.read(program.pid, of: program.pid).hasEnded
    }
    found.readStates()
    #expect(found.threads.isEmpty)
  }
}
