import Glibc
import TandemSystem
import Testing

@Suite("What was started on the whole machine")
struct StartedTasksTests {
  @Test func theLineIsFound() {
    let text = "cpu  1 2 3\nctxt 99\nbtime 5\nprocesses 4711\nprocs_running 2\n"
    #expect(StartedTasks.count(text.utf8) == 4711)
    #expect(StartedTasks.count("cpu 1 2\nprocs_running 2\n".utf8) == nil)
  }

  @Test func aThreadCounts() throws {
    let before = try #require(StartedTasks.read())
    let thread = OneThread.run()
    #expect(thread)
    #expect(try #require(StartedTasks.read()) > before)
  }
}

/// One thread that starts and ends.
private enum OneThread {
  static func run() -> Bool {
    var thread = pthread_t()
    guard unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0 else { return false }
    return pthread_join(thread, nil) == 0
  }
}
