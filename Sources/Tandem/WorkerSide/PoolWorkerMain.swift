internal import CTandemShims
internal import Glibc
internal import TandemSystem
internal import TandemWire

/// What a pool's worker process runs instead of the program's `main`: frames, one after the other,
/// until it is told to end.
final class PoolWorkerMain {
  private let block: PoolBlock
  private let configuration: PoolWorkerConfiguration
  /// Wakes the pool.
  private let poolBell: PoolBells
  @exclusivity(unchecked) private var requests: RingReader
  @exclusivity(unchecked) private var replies: RingWriter
  /// The functions that the pool has sent, by their numbers; an error in place of one that is of no use.
  @exclusivity(unchecked) private var functions: [Result<any FunctionRunner, PoolError>] = []
  @exclusivity(unchecked) private var images: [MappedFile]?
  // Both keep their storage from frame to frame.
  @exclusivity(unchecked) private var payload: [UInt8] = []
  @exclusivity(unchecked) private var reply: [UInt8] = []
  /// When the first reply was published that the pool was not told of; 0 when there is none.
  @exclusivity(unchecked) private var untoldSince: UInt64 = 0

  /// Serves the pool and ends the process.
  ///
  /// - Parameters:
  ///   - page: the worker's shared memory.
  ///   - images: where images are loaded, if this process was executed anew.
  static func serve(
    _ page: UnsafeMutablePointer<tandem_worker_page>, images: [MappedFile]?
  ) -> Never {
    // SAFETY (all): the page stays mapped for the process's whole life; the pool laid it out, and is this
    // same program, so its offsets are trusted.
    let bytes = unsafe UnsafeRawBufferPointer(
      start: UnsafeRawPointer(page) + Int(page.pointee.task_offset),
      count: Int(page.pointee.task_length))
    guard
      let configuration = try? ValueCoding.decode(
        PoolWorkerConfiguration.self, from: unsafe Array(bytes), "configuration"),
      let bell = unsafe mapBell()
    else { _exit(Self.brokenExit) }
    let block = unsafe PoolBlock(
      at: UnsafeMutableRawPointer(page) + Int(page.pointee.pool_offset),
      capacity: configuration.ringCapacity)
    WorkerContext.block = block
    tandem_wake_signal_install()
    let main = unsafe PoolWorkerMain(
      block: block, configuration: configuration, poolBell: PoolBells(at: bell),
      requests: RingReader(block.requests), replies: RingWriter(block.replies), images: images)
    main.run()
  }

  /// The exit code of a worker that can't trust what it was given, or can't say that it is ready.
  private static let brokenExit: CInt = 126
  /// How long replies to short tasks may wait before the pool is woken, in nanoseconds.
  private static let longestSilence: UInt64 = 50_000
  /// How long a worker waits for room before it looks again, in nanoseconds.
  private static let nap: UInt64 = 10_000_000

  private init(
    block: PoolBlock, configuration: PoolWorkerConfiguration, poolBell: PoolBells,
    requests: consuming RingReader, replies: consuming RingWriter, images: [MappedFile]?
  ) {
    self.block = block
    self.configuration = configuration
    self.poolBell = poolBell
    self.requests = requests
    self.replies = replies
    self.images = images
  }

  /// Maps the memory of the pool's bell; released by the process's end.
  private static func mapBell() -> UnsafeMutableRawPointer? {
    // SAFETY: a fresh mapping at an address that the kernel chooses overlaps nothing.
    let address = unsafe mmap(
      nil, PoolBells.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, TANDEM_WORKER_BELL_FD, 0)
    close(TANDEM_WORKER_BELL_FD)
    return unsafe address == MAP_FAILED ? nil : address
  }

  private func run() -> Never {
    sayReady()
    while true {
      do throws(RingError) {
        guard let header = try requests.next() else {
          waitForWork()
          continue
        }
        take(header)
      } catch {
        // The pool's memory is not as the pool writes it: nothing can be trusted any more.
        _exit(Self.brokenExit)
      }
    }
  }

  // MARK: Frames

  private func take(_ header: RingHeader) {
    guard requests.take() else {
      // Taken back. Its descriptor came nevertheless, before those of the frames behind it.
      if header.flags & RingHeader.isElsewhere != 0,
        let descriptor = try? ControlSocket.receiveDescriptor(TANDEM_WORKER_CONTROL)
      {
        close(descriptor)
      }
      requests.advance()
      return
    }
    switch header.kind {
    case .define:
      requests.copyPayload(header, into: &payload)
      requests.advance()
      define(header.function)
    case .task:
      work(header)
    case .retire:
      requests.advance()
      end()
    default:
      requests.advance()
    }
  }

  /// Remembers what a function's number stands for.
  private func define(_ number: UInt16) {
    let resolved: Result<any FunctionRunner, PoolError>
    do throws(PoolError) {
      let record = try TaskRecord(decoding: payload)
      if let images { try record.checkImages(images) }
      resolved = .success(try record.work.runner())
    } catch {
      resolved = .failure(error)
    }
    let index = Int(number)
    while functions.count <= index {
      functions.append(
        .failure(PoolError(.unresolvableType, "the worker did not receive the function")))
    }
    functions[index] = resolved
  }

  private func work(_ header: RingHeader) {
    var frame = WorkedFrame(header: header, block: block, configuration)
    // The room of a large request is given back before the work begins.
    let isHere = header.flags & RingHeader.isElsewhere == 0
    if isHere { requests.copyPayload(header, into: &payload) }
    block.item.store(PoolBlock.noItem)
    block.current.store(header.id)
    requests.advance()
    if !isHere { receive(header, &frame) }
    reply.removeAll(keepingCapacity: true)
    var answer = RingHeader(.result)
    switch functions[Int(header.function)] {
    case .success(let function):
      answer.kind = function.run(payload[...], &frame, reply: &reply)
    case .failure(let error):
      answer.kind = frame.fail(error, reply: &reply)
    }
    answer.id = header.id
    answer.count = header.count
    answer.began = frame.began
    answer.ran = frame.left &- frame.began
    let now = MonotonicClock.now()
    answer.codecNanoseconds = UInt32(clamping: (now &- frame.taken) &- answer.ran)
    if let sealed = frame.sealed { send(&answer, sealed) } else { send(answer) }
    tell(isQuick: header.flags & RingHeader.isQuick != 0, at: now)
  }

  /// Takes a payload that came by descriptor.
  private func receive(_ header: RingHeader, _ frame: inout WorkedFrame) {
    payload = []
    guard let number = try? ControlSocket.receiveDescriptor(TANDEM_WORKER_CONTROL) else { return }
    frame.received = ReceivedPayload(
      Descriptor(owning: number), byteCount: header.wholeSize, elementKind: header.elementKind)
    // Several items are one message.
    if frame.count > 1, let received = frame.received { payload = received.copy() }
  }

  // MARK: Replies

  private func send(_ header: RingHeader) {
    var header = header
    guard reply.count < SealedPayload.least else {
      do throws(PoolError) {
        let sealed = try SealedPayload.message(reply, "result")
        // Storage for one huge reply is not kept.
        reply = []
        send(&header, sealed)
      } catch {
        sendFailure(error, &header)
      }
      return
    }
    put(header)
  }

  /// Sends a reply in a memory file.
  private func send(_ header: inout RingHeader, _ sealed: SealedPayload) {
    reply.removeAll(keepingCapacity: true)
    do throws(Errno) {
      try ControlSocket.send(
        TANDEM_WORKER_CONTROL, descriptor: sealed.descriptor.rawValue)
    } catch {
      sendFailure(
        PoolError(.encodingFailed, "the result could not be passed on: \(error)", cause: error),
        &header)
      return
    }
    header.flags |= RingHeader.isElsewhere
    header.elementKind = sealed.elementKind
    header.wholeSize = UInt64(sealed.byteCount)
    put(header)
  }

  private func sendFailure(_ error: PoolError, _ header: inout RingHeader) {
    var frame = WorkedFrame(header: header, block: block, configuration)
    reply = []
    header.kind = frame.fail(error, reply: &reply)
    put(header)
  }

  private func put(_ header: RingHeader) {
    while replies.append(header, reply) == nil { waitForRoom() }
    replies.publish()
  }

  /// Tells the pool of replies, unless more of them will soon be there.
  ///
  /// Of tasks that the pool knows to be short it is told once in a while, so that it isn't woken for each.
  private func tell(isQuick: Bool, at now: UInt64) {
    if untoldSince == 0 { untoldSince = now }
    guard isQuick, requests.hasFrame(), now &- untoldSince < Self.longestSilence else {
      untoldSince = 0
      poolBell.ring()
      return
    }
  }

  private func waitForRoom() {
    poolBell.ring()
    untoldSince = 0
    let largest = SealedPayload.least
    block.waitsForRoom.store(1)
    // A nap, because the word is the worker's: whatever becomes of it, nobody waits for ever.
    block.bell.sleep(nanoseconds: Self.nap) { replies.hasRoom(payload: largest) }
    block.waitsForRoom.store(0)
  }

  // MARK: Waiting

  private func waitForWork() {
    if untoldSince != 0 {
      untoldSince = 0
      poolBell.ring()
    }
    if configuration.spin > 0 {
      let end = MonotonicClock.now() &+ configuration.spin
      repeat {
        for _ in 0..<64 {
          if requests.hasFrame() { return }
          SpinWait.pause()
        }
      } while MonotonicClock.now() < end
    }
    block.bell.sleep { requests.hasFrame() }
  }

  // MARK: Beginning and end

  /// Runs the setup and tells the pool how it went.
  private func sayReady() {
    var header = RingHeader(.ready)
    header.began = MonotonicClock.now()
    let failure = runHook(configuration.setup)
    header.ran = MonotonicClock.now() &- header.began
    reply.removeAll(keepingCapacity: true)
    do throws(PoolError) {
      let told = ReadyReply(images: images, failure: failure)
      try ValueCoding.append(told, to: &reply, "ready")
    } catch {
      _exit(Self.brokenExit)
    }
    send(header)
    poolBell.ring()
  }

  private func runHook(_ bytes: [UInt8]?) -> TaskReply.Failure? {
    guard let bytes else { return nil }
    do throws(PoolError) {
      let record = try TaskRecord(decoding: bytes)
      let runner = try record.work.runner()
      let header = RingHeader(.task)
      var frame = WorkedFrame(header: header, block: block, configuration)
      var reply: [UInt8] = []
      guard runner.run(record.input[...], &frame, reply: &reply) == .mixed else { return nil }
      let items = try ValueCoding.decode([ItemReply].self, from: reply, "replies")
      guard case .failure(let failure)? = items.first else { return nil }
      return failure
    } catch {
      return TaskReply.Failure(error)
    }
  }

  private func end() -> Never {
    _ = runHook(configuration.teardown)
    // What the work started and left running ends here or is waited for, as at a program's exit.
    ExitWait.waitForWorkers()
    // Every open stream: `_exit` flushes none.
    fflush(nil)
    _exit(0)
  }
}

extension TaskRecord.Work {
  /// Finds the work in this process.
  ///
  /// - Returns: what runs it.
  /// - Throws: `unresolvableType`.
  func runner() throws(PoolError) -> any FunctionRunner {
    switch self {
    case .task(let reference):
      return Self.runner(of: try reference.resolveTask())
    case .closure(let reference, let input, let output):
      let code = try reference.resolve(mustBeCode: true)
      return Self.closureRunner(
        code, try input.resolvePortable(), try output.resolvePortable())
    case .asyncClosure(let reference, let input, let output):
      let code = try reference.resolve(mustBeCode: false)
      return Self.asyncRunner(code, try input.resolvePortable(), try output.resolvePortable())
    }
  }

  private static func runner<Task: WorkerTask>(of _: Task.Type) -> any FunctionRunner {
    AsyncRunner<Task, Task.Output> { task in try await task.run() }
  }

  private static func closureRunner<Input: Portable, Output: Portable>(
    _ code: UInt, _: Input.Type, _: Output.Type
  ) -> any FunctionRunner {
    ClosureRunner(body: ClosureCode.closure(at: code, Input.self, Output.self).body)
  }

  private static func asyncRunner<Input: Portable, Output: Portable>(
    _ code: UInt, _: Input.Type, _: Output.Type
  ) -> any FunctionRunner {
    let body = ClosureCode.asyncClosure(at: code, Input.self, Output.self).body
    return AsyncRunner<Input, Output> { input in try await body(input) }
  }
}
