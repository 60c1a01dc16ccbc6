internal import CTandemShims
internal import Glibc
internal import Synchronization
internal import TandemSystem

/// What a worker process runs instead of the program's `main`: one task, then its end.
enum WorkerMain {
  /// The page of this worker process; nil in any other process.
  nonisolated(unsafe) private(set) static var page: UnsafeMutablePointer<tandem_worker_page>?
  // SAFETY (nonisolated(unsafe)): written once, before any other code of the process runs.

  /// Where C hands over (worker.c): runs the task, sends the reply and ends the process.
  ///
  /// - Parameters:
  ///   - page: its shared memory.
  ///   - wasExecuted: whether it was executed anew, and so has an address layout of its own.
  static func run(_ page: UnsafeMutablePointer<tandem_worker_page>, wasExecuted: Bool) -> Never {
    unsafe self.page = page
    let images = wasExecuted ? (try? MappedFile.all()) ?? [] : nil
    tandem_throws_install()
    if unsafe page.pointee.pool_offset != 0 { PoolWorkerMain.serve(page, images: images) }
    if let images { try? ControlSocket.sendAll(TANDEM_WORKER_CONTROL, TaskReply.hello(images)) }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: UnsafeRawPointer(page) + Int(page.pointee.task_offset),
      count: Int(page.pointee.task_length))
    let record: TaskRecord
    do throws(PoolError) {
      record = try TaskRecord(decoding: unsafe Array(bytes))
    } catch {
      finish(TaskReply(error))
    }
    do throws(PoolError) {
      if let images { try record.checkImages(images) }
      try start(record)
    } catch {
      finish(TaskReply(error))
    }
    MainThread.serveQueueForEver()
  }

  /// Does in the server what a worker does before and after its task, with values that are forgotten.
  ///
  /// The first array, the first dictionary and so on of a process have the runtime put their types together,
  /// which took an eighth of a worker's start. Nothing here may take a lock, start a task or use a thread's
  /// number (tandem_entry.h), so this is values alone.
  static func warmUp() {
    let place = CodeReference(image: "", offset: 0, identity: nil)
    let type = ConformingType(type: .descriptor(place), witnesses: [place, place])
    var record = TaskRecord(.closure(place, input: type, output: type))
    do throws(PoolError) {
      record.input = try ValueCoding.encode(0, "input")
      record = try TaskRecord(decoding: record.encoded())
      _ = try place.resolve(mustBeCode: false)
      _ = TaskReply(encoding: try ValueCoding.decode(Int.self, from: record.input, "input")).frame()
    } catch {
      // Whatever is wrong here, a worker will say.
    }
  }

  private static func start(_ record: TaskRecord) throws(PoolError) {
    switch record.work {
    case .task(let reference):
      try runTask(try reference.resolveTask(), record.input)
    case .closure(let reference, let input, let output):
      let code = try reference.resolve(mustBeCode: true)
      try runClosure(code, try input.resolvePortable(), try output.resolvePortable(), record.input)
    case .asyncClosure(let reference, let input, let output):
      let code = try reference.resolve(mustBeCode: false)
      try runAsyncClosure(
        code, try input.resolvePortable(), try output.resolvePortable(), record.input)
    }
  }

  private static func runClosure<Input: Portable, Output: Portable>(
    _ code: UInt, _: Input.Type, _: Output.Type, _ bytes: [UInt8]
  ) throws(PoolError) {
    let input = try ValueCoding.decode(Input.self, from: bytes, "input")
    let body = ClosureCode.closure(at: code, Input.self, Output.self).body
    entered()
    do {
      let output = try body(input)
      left()
      finish(TaskReply(encoding: output))
    } catch {
      left()
      finish(TaskReply(thrown: error))
    }
  }

  private static func runAsyncClosure<Input: Portable, Output: Portable>(
    _ code: UInt, _: Input.Type, _: Output.Type, _ bytes: [UInt8]
  ) throws(PoolError) {
    let input = try ValueCoding.decode(Input.self, from: bytes, "input")
    let body = ClosureCode.asyncClosure(at: code, Input.self, Output.self).body
    runAsync { () async throws in try await body(input) }
  }

  private static func runTask<Task: WorkerTask>(
    _: Task.Type, _ bytes: [UInt8]
  ) throws(PoolError) {
    let task = try ValueCoding.decode(Task.self, from: bytes, "task")
    runAsync { try await task.run() }
  }

  /// Begins async work as the main actor would: what never suspends and is isolated to nobody stays on
  /// the main thread, everything else goes where Swift lets it run.
  ///
  /// Not by a task executor: child tasks inherit that, and would all run on the main thread.
  private static func runAsync<Output: Portable>(
    _ body: nonisolated(nonsending) @escaping @Sendable () async throws -> Output
  ) {
    _ = Task.immediate { @MainActor in
      entered()
      do {
        let output = try await body()
        left()
        finish(TaskReply(encoding: output))
      } catch {
        left()
        finish(TaskReply(thrown: error))
      }
    }
  }

  // SAFETY (both): the page stays mapped for the process's whole life, and only the thread that runs
  // the task stamps it.
  private static func entered() {
    unsafe page?.pointee.body_entered_ns = MonotonicClock.now()
  }

  private static func left() {
    unsafe page?.pointee.body_left_ns = MonotonicClock.now()
  }

  /// Sends the reply and ends the process, without the exit handlers of a program that never ran.
  private static func finish(_ reply: TaskReply) -> Never {
    // What the task started and left running ends here or is waited for, as at a program's exit.
    ExitWait.waitForWorkers()
    // Every open stream: `_exit` flushes none.
    fflush(nil)
    let bytes = reply.frame()
    try? ControlSocket.sendAll(TANDEM_WORKER_CONTROL, bytes)
    _exit(0)
  }
}

/// Called by `tandem_worker_run` (worker.c), which finds it by this name.
@c(tandem_swift_worker_main)
func workerMain(_ page: UnsafeMutablePointer<tandem_worker_page>, _ wasExecuted: CInt) {
  WorkerMain.run(page, wasExecuted: wasExecuted != 0)
}

/// Called by `tandem_worker_warm_up` (worker.c), which finds it by this name, in the server.
@c(tandem_swift_worker_warm_up)
func workerWarmUp() { WorkerMain.warmUp() }
