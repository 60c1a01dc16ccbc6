internal import CTandemShims
internal import TandemSystem

/// The memory that is shared with one worker: the parent's side of `tandem_worker_page`.
@safe struct WorkerPage: ~Copyable {
  let memory: SharedMemory

  /// Lays out everything that a worker finds at its start.
  ///
  /// - Parameters:
  ///   - name: the worker's name.
  ///   - begin: how it begins.
  ///   - task: the encoded task, or the configuration of a pool's worker.
  ///   - settings: what the worker has of its own.
  ///   - ringCapacity: for a pool's worker, the capacity of its rings; nil for a worker with one task.
  /// - Throws: `cannotStart` when there is no memory for it.
  init(
    name: String, begin: WorkerBegin, task: [UInt8], settings: WorkerSettings = .init(),
    ringCapacity: Int? = nil
  ) throws(PoolError) {
    let own = [TANDEM_DEPTH_NAME + "=", TANDEM_TOKEN_NAME + "="]
    var environment: [UInt8]
    var program: [UInt8] = []
    var arguments: [UInt8] = []
    var given: [String]?
    let how: Int
    switch begin {
    case .fork:
      how = TANDEM_BEGIN_FORK
    case .exec:
      how = TANDEM_BEGIN_EXEC
      arguments = ProcessSettings.argumentBytes()
    case .program(let path, let list, let variables):
      how = TANDEM_BEGIN_PROGRAM
      program = Array(path.utf8) + [0]
      arguments = Self.strings(([path] + list).map { Array($0.utf8) })
      given = variables
    }
    if let given {
      let kept = given.filter { entry in !own.contains { entry.hasPrefix($0) } }
      environment = Self.strings(kept.map { Array($0.utf8) })
    } else {
      environment = ProcessSettings.environmentBytes(
        without: own + settings.environment.keys.map { $0 + "=" })
      environment += Self.strings(
        settings.environment.compactMap { name, value in value.map { Array("\(name)=\($0)".utf8) } }
      )
    }
    environment += Array("\(TANDEM_DEPTH_NAME)=\(WorkerEntry.depth + 1)".utf8) + [0]

    let parts = [environment, program, arguments, task]
    var offsets: [UInt64] = []
    var total = Self.aligned(MemoryLayout<tandem_worker_page>.size)
    for part in parts {
      offsets.append(UInt64(total))
      total += Self.aligned(part.count)
    }
    let poolOffset = total
    if let ringCapacity { total += PoolBlock.byteCount(capacity: ringCapacity) }
    do {
      memory = try SharedMemory(name: "tandem-worker", byteCount: total)
    } catch {
      throw PoolError(
        .cannotStart, "there is no shared memory for a worker: \(error)", cause: error)
    }
    // SAFETY: the memory is ours alone until the worker exists, and large enough for all parts.
    let base = unsafe memory.base
    for (part, offset) in zip(parts, offsets) {
      unsafe part.withUnsafeBytes { bytes in
        if let from = bytes.baseAddress {
          unsafe (base + Int(offset)).copyMemory(from: from, byteCount: bytes.count)
        }
      }
    }
    // SAFETY: as above; the page is what lies at the beginning of the memory.
    let page = unsafe base.bindMemory(to: tandem_worker_page.self, capacity: 1)
    unsafe page.pointee.magic = TANDEM_PAGE_MAGIC
    unsafe page.pointee.version = TANDEM_PAGE_VERSION
    unsafe page.pointee.begin = UInt32(how)
    unsafe page.pointee.file_mode_mask = ProcessSettings.fileModeMask()
    unsafe tandem_fill_settings(page)
    unsafe page.pointee.nice_increment = settings.niceIncrement
    unsafe settings.apply(to: page)
    unsafe page.pointee.pool_offset = ringCapacity == nil ? 0 : UInt64(poolOffset)
    unsafe withUnsafeMutableBytes(of: &page.pointee.name) { field in
      for (index, byte) in name.utf8.prefix(field.count - 1).enumerated() {
        unsafe field[index] = byte
      }
    }
    unsafe page.pointee.environment_offset = offsets[0]
    unsafe page.pointee.environment_length = UInt64(parts[0].count)
    unsafe page.pointee.program_offset = offsets[1]
    unsafe page.pointee.program_length = UInt64(parts[1].count)
    unsafe page.pointee.arguments_offset = offsets[2]
    unsafe page.pointee.arguments_length = UInt64(parts[2].count)
    unsafe page.pointee.task_offset = offsets[3]
    unsafe page.pointee.task_length = UInt64(parts[3].count)
    unsafe page.pointee.total_length = UInt64(total)
  }

  /// The block of a pool's worker, which lives as long as `self`.
  ///
  /// - Parameter ringCapacity: as it was given to `init`.
  /// - Returns: the block.
  func poolBlock(ringCapacity: Int) -> PoolBlock {
    // SAFETY: `init` made room for it.
    unsafe PoolBlock(
      at: memory.base + Int(page.pointee.pool_offset), capacity: ringCapacity)
  }

  private var page: UnsafeMutablePointer<tandem_worker_page> {
    unsafe memory.base.assumingMemoryBound(to: tandem_worker_page.self)
  }

  private var started: SharedWord {
    // SAFETY: the word lies in the mapping, which lives as long as `self`.
    unsafe SharedWord(
      (memory.base + Int(TANDEM_PAGE_STARTED_OFFSET)).assumingMemoryBound(to: UInt32.self))
  }

  /// Waits for the server's answer.
  ///
  /// - Parameter timeout: how long at most.
  /// - Returns: the worker's process number or an error number; nil when the time was over.
  func waitForStart(timeout: Duration) -> (pid: Int32, error: Int32)? {
    guard started.wait(while: 0, timeout: timeout) else { return nil }
    return unsafe (page.pointee.pid, page.pointee.start_error)
  }

  private var attempted: SharedWord {
    // SAFETY: the word lies in the mapping, which lives as long as `self`.
    unsafe SharedWord(
      (memory.base + Int(TANDEM_PAGE_ATTEMPTED_OFFSET)).assumingMemoryBound(to: UInt32.self))
  }

  /// Whether the server got as far as making a process: if not, the work has certainly not begun.
  ///
  /// It says so for good once the server is gone.
  var wasAttempted: Bool { attempted.load() == 1 }

  /// Gives the start up: a server that has not begun with it never will.
  ///
  /// - Returns: the answer of a server that has begun, which is just about to come; nil otherwise.
  func giveStartUp() -> (pid: Int32, error: Int32)? {
    attempted.compareExchange(0, 2) ? nil : waitForStart(timeout: .seconds(1))
  }

  /// Answers in the server's place, when the server is gone.
  func failStart(error: Int32) {
    guard started.load() == 0 else { return }
    unsafe page.pointee.start_error = error
    started.store(1)
    started.wakeAll()
  }

  /// Gives the task's memory back, which can be large, when the worker is gone.
  func giveTaskBack() {
    // The parent wrote the offsets, but the worker could have changed them.
    let header = Self.aligned(MemoryLayout<tandem_worker_page>.size)
    memory.giveBack(header..<memory.byteCount)
  }

  /// What the worker left on the page, copied out once: it is not trusted and may still change.
  func report() -> WorkerReport {
    // SAFETY: a copy of plain integers; any bit pattern is a value.
    let copy = unsafe page.pointee
    let count = min(Int(copy.crash_frame_count), Int(TANDEM_CRASH_FRAMES))
    let frames = unsafe withUnsafeBytes(of: copy.crash_frames) { bytes in
      (0..<count).map {
        unsafe bytes.load(fromByteOffset: $0 * MemoryLayout<UInt64>.stride, as: UInt64.self)
      }
    }
    return WorkerReport(
      bodyEntered: copy.body_entered_ns == 0 ? nil : copy.body_entered_ns,
      bodyLeft: copy.body_left_ns == 0 ? nil : copy.body_left_ns,
      crashSignal: copy.crash_signal == 0 ? nil : Int32(truncatingIfNeeded: copy.crash_signal),
      faultAddress: UInt(copy.crash_address), frames: frames.map { UInt($0) },
      execError: copy.exec_error)
  }

  /// Rounds a size up to whole cache lines, so that what follows can be read as words.
  private static func aligned(_ size: Int) -> Int {
    (size + cacheLine - 1) / cacheLine * cacheLine
  }

  private static let cacheLine = 64

  private static func strings(_ list: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in list {
      // A NUL inside would make two strings of one.
      bytes.append(contentsOf: text.filter { $0 != 0 })
      bytes.append(0)
    }
    return bytes
  }
}

/// What a worker process wrote to its page.
struct WorkerReport: Sendable {
  /// When the work began, in nanoseconds of `CLOCK_MONOTONIC`.
  var bodyEntered: UInt64?
  /// When the work ended.
  var bodyLeft: UInt64?
  /// The signal that the crash handler saw.
  var crashSignal: Int32?
  /// The address that could not be accessed.
  var faultAddress: UInt
  /// The program counter and the return addresses, innermost first.
  var frames: [UInt]
  /// Why the program could not be executed: an error number, 0 otherwise.
  var execError: Int32
}
