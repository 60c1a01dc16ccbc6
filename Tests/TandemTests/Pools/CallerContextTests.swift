import Tandem
import Testing

/// Whether a call takes task-local values over is read out of the runtime's own object of the task.
@Suite("The caller's task-local values", .timeLimit(.minutes(2)))
struct CallerContextTests {
  @TaskLocal private static var number = 0
  @TaskLocal private static var text = ""

  /// As the tests' own library binds values, each test looks in a task without any.
  private func inBareTask<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    await Task.detached { await body() }.value
  }

  @Test("This runtime's tasks are understood, so that calls without values pay nothing")
  func isUnderstood() async {
    #expect(await inBareTask { TaskLocalValues.isWordKnown })
    #expect(await inBareTask { CallerContext() == nil })
  }

  @Test("Values are seen in a task, its child tasks and tasks made in it, and nowhere else")
  func values() async {
    let seen = await inBareTask { () async -> [Bool] in
      var seen = [CallerContext() != nil]
      await Self.$number.withValue(1) {
        seen.append(CallerContext() != nil)
        Self.$text.withValue("a") { seen.append(CallerContext() != nil) }
        seen.append(CallerContext() != nil)
        async let child = CallerContext() != nil
        seen.append(await child)
        seen.append(
          await withTaskGroup { group in
            group.addTask { CallerContext() != nil }
            return await group.next() ?? false
          })
        seen.append(await Task { CallerContext() != nil }.value)
        seen.append(await Task.detached { CallerContext() != nil }.value)
      }
      seen.append(CallerContext() != nil)
      async let child = CallerContext() != nil
      seen.append(await child)
      return seen
    }
    #expect(seen == [false, true, true, true, true, true, true, false, false, false])
  }

  @Test("Outside of tasks there are none")
  func outside() async {
    let thread = WorkerThread { Self.$number.withValue(1) { CallerContext() != nil } }
    #expect(throws: Never.self) { try thread.start() }
    #expect(await (try? thread.value) == false)
  }

  @Test("Tasks that are cancelled while they look are understood, too")
  func whileCancelled() async {
    await withTaskGroup { group in
      for _ in 0..<200 {
        group.addTask {
          let task = Task.detached {
            Self.$number.withValue(1) { CallerContext() != nil } && CallerContext() == nil
          }
          task.cancel()
          #expect(await task.value)
        }
      }
    }
  }
}
