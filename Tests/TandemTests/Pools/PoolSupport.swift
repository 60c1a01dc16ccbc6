import Glibc
import Synchronization
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

/// The pools that the contract suite is bound to.
enum PoolKind: String, CaseIterable, CustomTestStringConvertible {
  case serial = "SerialPool"
  case threads = "ThreadPool"
  case processes = "ProcessPool"

  var testDescription: String { rawValue }

  /// Those with more than one worker.
  static let parallel: [PoolKind] = [.threads, .processes]

  /// A pool of the kind.
  func make(workers: Int = 2) throws -> any WorkerPool {
    switch self {
    case .serial: try SerialPool()
    case .threads: try ThreadPool(workers: workers)
    case .processes: try ProcessPool(workers: workers)
    }
  }

  /// Uses a pool of the kind, and ends it.
  nonisolated(nonsending) func with<Result>(
    workers: Int = 2,
    _ body: nonisolated(nonsending) (any WorkerPool) async throws -> Result
  ) async throws -> Result {
    let pool = try make(workers: workers)
    do {
      let result = try await body(pool)
      await pool.shutdown(.drain)
      return result
    } catch {
      await pool.shutdown(.killNow)
      throw error
    }
  }
}

/// A named pipe through which work, wherever it runs, tells that it has got somewhere, or waits.
struct Gate: ~Copyable {
  let path: String
  private let descriptor: Descriptor

  init() throws(Errno) {
    path = "/tmp/tandem-gate-\(getpid())-\(Int.random(in: 0..<1 << 40))"
    guard mkfifo(path, 0o600) == 0 else { throw .accessDenied }
    descriptor = try Descriptor.open(path, .readWrite)
  }

  deinit { unlink(path) }

  /// Waits for so many arrivals, for 20 s at most.
  nonisolated(nonsending) borrowing func arrivals(_ count: Int = 1) async throws {
    let number = descriptor.rawValue
    // On a thread of its own: tests share two threads, which must not be blocked.
    let left = await onThread { () -> Int in
      var left = count
      var bytes = [UInt8](repeating: 0, count: 64)
      while left > 0, PacketSocket.waitReadable(number, timeout: .seconds(20)) {
        left -= max(0, read(number, &bytes, min(left, bytes.count)))
      }
      return left
    }
    if left > 0 { throw Errno.timedOut }
  }

  /// Whether nobody has arrived since.
  borrowing func isQuiet() -> Bool {
    !PacketSocket.waitReadable(descriptor.rawValue, timeout: .zero)
  }

  /// Lets so many pass who wait.
  borrowing func open(for count: Int = 1) throws {
    try descriptor.writeAll([UInt8](repeating: 1, count: count))
  }

  /// Tells that one has arrived; from anywhere.
  static func arrive(at path: String) {
    let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
    var byte: UInt8 = 1
    _ = write(descriptor, &byte, 1)
    close(descriptor)
  }

  /// Blocks until it may pass; from anywhere.
  static func pass(_ path: String) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    var byte: UInt8 = 0
    _ = read(descriptor, &byte, 1)
    close(descriptor)
  }
}

/// A file to which work, wherever it runs, appends, a byte or a line at a time.
struct Journal: ~Copyable {
  let path: String

  init() throws(Errno) {
    path = "/tmp/tandem-journal-\(getpid())-\(Int.random(in: 0..<1 << 40))"
    _ = try Descriptor.open(path, [.writeOnly, .create])
  }

  deinit { unlink(path) }

  /// What was written.
  var lines: [String] { Self.lines(of: path) }

  /// What was written; from anywhere.
  static func lines(of path: String) -> [String] {
    guard let file = try? Descriptor.open(path), let bytes = try? file.readAll() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  /// Appends a line; from anywhere.
  static func note(_ line: String, in path: String) {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    let bytes = Array((line + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
    close(descriptor)
  }
}

/// What work gets that waits at gates or writes to a journal.
struct Places: Codable, Sendable {
  var arrive = ""
  var pass = ""
  var journal = ""
  var number = 0
}

/// An error of the work.
struct Refusal: Error, Codable, Equatable, CustomStringConvertible {
  var about: String
  var description: String { "no more \(about)" }
}

/// A value that refuses one step of its way.
struct StubbornValue: Codable, Sendable {
  enum Step: String, Codable {
    case nothing, encoding, decoding, survivingEncoding, survivingDecoding
  }

  var refuses: Step
  /// Bytes that make it as large as is wanted.
  var bulk: [UInt8] = []

  init(refuses: Step, bulk: Int = 0) {
    self.refuses = refuses
    self.bulk = [UInt8](repeating: 7, count: bulk)
  }

  private enum CodingKeys: CodingKey { case refuses, bulk }

  func encode(to encoder: any Encoder) throws {
    if refuses == .encoding { throw Refusal(about: "encoding") }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(bulk, forKey: .bulk)
    if refuses == .survivingEncoding { kill(getpid(), SIGKILL) }
    try container.encode(refuses, forKey: .refuses)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    bulk = try container.decode([UInt8].self, forKey: .bulk)
    refuses = try container.decode(Step.self, forKey: .refuses)
    if refuses == .decoding { throw Refusal(about: "decoding") }
    if refuses == .survivingDecoding { _ = segfault(0x1230) }
  }
}

/// Crashes with a segmentation fault.
@inline(never)
func segfault(_ address: Int) -> Int {
  UnsafeMutablePointer<Int>(bitPattern: address)?.pointee = 1
  return address
}

/// Runs until it is asked to end.
func spinUntilAsked() {
  while !WorkerContext.isCancelled { sched_yield() }
}

/// Starts `/bin/sleep` and gives its process number.
func startSleeper() -> Int32 {
  var pid: pid_t = 0
  var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("1000"), nil]
  defer { arguments.forEach { free($0) } }
  return posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, nil) == 0 ? pid : -1
}

/// Whether a process is there and has not ended.
func isRunning(_ pid: Int32) -> Bool {
  (try? ThreadStat.read(pid, of: pid))?.hasEnded == false
}

/// Whether a thread of this process sleeps.
func isAsleep(_ tid: Int32) -> Bool {
  (try? ThreadStat.read(tid, of: getpid()))?.state == "S"
}

/// Waits until a process has ended, for 10 s at most.
///
/// - Returns: whether it has.
func waitForEnd(of pid: Int32) async -> Bool {
  await onThread {
    guard let end = try? KernelCalls.openProcess(pid) else { return true }
    return PacketSocket.waitReadable(end.rawValue, timeout: .seconds(10))
  }
}

/// Waits until something holds that comes without an event to wait for (`waitUntil`).
///
/// - Throws: `WaitedInVain` when it doesn't hold within 20 s.
nonisolated(nonsending) func eventually(
  _ what: String, _ holds: @escaping @Sendable () -> Bool
) async throws {
  try await onThread { Result { try waitUntil(what, holds) } }.get()
}

/// A number of threads that wait for each other.
final class Rendezvous: Sendable {
  private let missing: Atomic<Int>
  private let complete = Latch()

  init(of count: Int) { missing = Atomic(count) }

  /// Waits until all have arrived, for 20 s at most.
  ///
  /// - Returns: whether they have.
  func arrive() -> Bool {
    if missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { complete.open() }
    return complete.wait(timeout: .seconds(20))
  }
}

/// What the error of work is at its bottom: what it threw, here or in a worker process.
func refusal(_ error: any Error) -> String? {
  if let refusal = error as? Refusal { return refusal.about }
  guard let error = error as? PoolError, error.code == .taskFailed else { return nil }
  if let own = error.cause as? Refusal { return own.about }
  guard let cause = error.cause as? RemoteError, cause.typeName.hasSuffix("Refusal"),
    cause.message.hasPrefix("no more ")
  else { return nil }
  return String(cause.message.dropFirst("no more ".count))
}

extension Result {
  var error: (any Error)? { if case .failure(let error) = self { error } else { nil } }
  var code: PoolError.Code? { (error as? PoolError)?.code }
}

/// How awaited work ended.
nonisolated(nonsending) func outcome<Value>(
  _ body: nonisolated(nonsending) () async throws -> Value
) async -> Result<Value, any Error> {
  do {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}
