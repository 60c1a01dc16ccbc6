import Testing

@testable import TandemObserve

/// What the functions of Python's library tell of a wait for a lock of the interpreter's.
@Suite struct PythonWaitTests {
  private static func place(_ path: String, _ name: String) -> PythonPlace {
    PythonPlace(PythonFunction(name: name, path: "/usr/lib/python3.12/\(path)"))
  }

  private static let own = PythonPlace(PythonFunction(name: "serve", path: "/home/me/shop.py"))
  private static let wait = place("threading.py", "Condition.wait")

  @Test(arguments: [
    ([wait, own], PythonWait.condition),
    ([place("threading.py", "wait"), place("threading.py", "wait"), own], .condition),
    ([wait, place("queue.py", "Queue.get"), own], .queue),
    // Another file of that name, in the program.
    ([wait, PythonPlace(PythonFunction(name: "get", path: "/home/me/queue.py"))], .condition),
    ([place("threading.py", "Condition.__enter__"), place("queue.py", "Queue.put")], .lock),
    ([place("queue.py", "Queue.task_done"), own], .lock),
    ([place("threading.py", "Thread._wait_for_tstate_lock"), own], .threadEnd),
    ([place("threading.py", "Thread.join"), own], .threadEnd),
    ([place("threading.py", "_shutdown")], .threadEnd),
    ([place("concurrent/futures/thread.py", "_worker")], .simpleQueue),
    ([place("multiprocessing/pool.py", "Pool._handle_tasks")], .simpleQueue),
  ])
  func theLibraryTells(_ stack: [PythonPlace], _ expected: PythonWait) {
    #expect(PythonWait(in: stack, minor: 12) == expected)
    #expect(PythonWait(in: stack, minor: 14) == expected)
  }

  /// Up to 3.12 it may wait for a `SimpleQueue`, whose functions aren't Python's.
  @Test func aFunctionOfTheProgramWaitsForALock() {
    #expect(PythonWait(in: [Self.own], minor: 12) == nil)
    #expect(PythonWait(in: [Self.own], minor: 13) == .lock)
    let logging = Self.place("logging/__init__.py", "Handler.acquire")
    #expect(PythonWait(in: [logging, Self.own], minor: 12) == nil)
    #expect(PythonWait(in: [logging, Self.own], minor: 13) == .lock)
  }

  @Test func whatIsNotKnownTellsNothing() {
    #expect(PythonWait(in: [], minor: 13) == nil)
    #expect(PythonWait(in: [Self.place("threading.py", "Thread.run")], minor: 13) == nil)
  }
}
