// Process pools where the system gives them too little: descriptors, processes, memory. Each command is
// a run of its own, because each changes the program's limits.

import CTandemShims
import FixtureSupport
import Glibc
import Tandem

@main
struct PoolLimits {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "descriptors": try await descriptors()
    case "few-descriptors": try await fewDescriptors()
    case "processes": try await processes()
    case "memory": try await memory()
    case "stopped-server": try await stoppedServer()
    default: Checks.that("a command", false, "\(CommandLine.arguments)")
    }
    Checks.end()
  }

  /// Options of pools whose starts fail soon.
  private static var hasty: ProcessPoolOptions {
    var options = ProcessPoolOptions()
    options.startTimeout = .milliseconds(300)
    return options
  }

  // MARK: Descriptors

  /// With 64 descriptors a pool of 40 workers goes on with as many as there are descriptors for.
  private static func descriptors() async throws {
    // What is made at the first use stays: the server, and what watches it.
    try await ProcessPool.with(workers: 1) { pool in
      _ = try await pool.run(1) { $0 }
    }
    Limit.set(RLIMIT_NOFILE, 64)
    let before = settledDescriptors()
    try await manyWorkers()
    expectNothingLeft(before)
  }

  private static func manyWorkers() async throws {
    let pool = try ProcessPool(workers: 40)
    let handles = try (0..<200).map { number in
      try pool.submit(number) { number in
        usleep(2_000)
        return number * number
      }
    }
    var right = 0
    for (number, handle) in handles.enumerated() {
      if try await handle.value == number * number { right += 1 }
    }
    Checks.equal("all work is done", right, 200)
    let workers = pool.statistics.workers.count
    Checks.that("by fewer workers", (1..<40).contains(workers), "\(workers)")
    await pool.shutdown(.drain)
  }

  /// No descriptor at all: an error for what waits, and the pool works again afterwards.
  private static func fewDescriptors() async throws {
    let usual = Limit.get(RLIMIT_NOFILE)
    // What is made at the first use stays: the server, and what watches it.
    try await ProcessPool.with(workers: 1) { pool in
      _ = try await pool.run(1) { $0 }
    }
    let before = settledDescriptors()
    try await noDescriptors(usual)
    expectNothingLeft(before)
  }

  private static func noDescriptors(_ usual: Int) async throws {
    var options = hasty
    // The start that must succeed has to do so within it, also on a busy machine.
    options.startTimeout = .seconds(1)
    for spare in [0, 1, 3, 5] {
      let pool = try ProcessPool(workers: 2, options: options)
      Limit.set(RLIMIT_NOFILE, lowestFree(after: spare))
      let result = await outcome { try await pool.run(20) { $0 + 1 } }
      Limit.set(RLIMIT_NOFILE, usual)
      expect("\(spare) to spare", result, [.cannotStart])
      let again = await outcome { try await pool.run(20) { $0 + 1 } }
      Checks.equal("\(spare) to spare: then it works", try? again.get(), 21)
      await pool.shutdown(.drain)
    }
    // A large argument and a large result need one each.
    let pool = try ProcessPool(workers: 1)
    _ = try await pool.run(1) { $0 }
    Limit.set(RLIMIT_NOFILE, lowestFree(after: 0))
    let argument = await outcome {
      try await pool.run([UInt8](repeating: 1, count: 2 << 20)) { $0.count }
    }
    expect("a large argument", argument, [.cannotStart])
    let reply = await outcome {
      try await pool.run(2 << 20) { [UInt8](repeating: 1, count: $0) }.count
    }
    expect("a large result", reply, [.decodingFailed, .cannotStart])
    let small = await outcome { try await pool.run(20) { $0 + 1 } }
    Checks.equal("a small one works meanwhile", try? small.get(), 21)
    Limit.set(RLIMIT_NOFILE, usual)
    let large = await outcome {
      try await pool.run([UInt8](repeating: 1, count: 2 << 20)) { $0 }.count
    }
    Checks.equal("large ones work again", try? large.get(), 2 << 20)
    await pool.shutdown(.drain)
    try await descriptorsComeBack(usual)
  }

  /// What waits is begun as soon as there are descriptors again.
  private static func descriptorsComeBack(_ usual: Int) async throws {
    let pool = try ProcessPool(workers: 2)
    Limit.set(RLIMIT_NOFILE, lowestFree(after: 0))
    let handles = try (0..<5).map { try pool.submit($0) { $0 + 1 } }
    usleep(100_000)
    Limit.set(RLIMIT_NOFILE, usual)
    for (number, handle) in handles.enumerated() {
      let result = await outcome { try await handle.value }
      Checks.equal("\(number): is done when there are descriptors", try? result.get(), number + 1)
    }
    await pool.shutdown(.drain)
  }

  // MARK: The server

  /// A fork server that stands still: an error within the time, and other workers go on.
  private static func stoppedServer() async throws {
    let server = try WorkerServer.start()
    let pool = try ProcessPool(workers: 2, options: hasty)
    let busy = try ProcessPool(workers: 2, options: hasty)
    let worker = try await busy.run(0) { _ in getpid() }
    kill(server, SIGSTOP)
    let clock = ContinuousClock()
    let begun = clock.now
    let handles = try (0..<3).map { try pool.submit($0) { $0 + 1 } }
    for (number, handle) in handles.enumerated() {
      expect("\(number) without a worker", await outcome { try await handle.value }, [.cannotStart])
    }
    let took = clock.now - begun
    Checks.that(
      "within the time", took > .milliseconds(200) && took < .seconds(2), "\(took)")
    let why = await outcome { try await pool.run(1) { $0 } }
    if case .failure(let error) = why {
      Checks.that("it says what to do", "\(error)".contains("kill -CONT \(server)"), "\(error)")
    }
    // A second worker is wanted, and doesn't come.
    let others = try (0..<20).map { number in
      try busy.submit(number) { number in
        usleep(2_000)
        return number + 1
      }
    }
    var right = 0
    for (number, handle) in others.enumerated() {
      if try await handle.value == number + 1 { right += 1 }
    }
    Checks.equal("the worker that is there does all work", right, 20)
    let late = await outcome {
      try await busy.run(1, .timeout(.milliseconds(50))) { number -> Int in
        while !WorkerContext.isCancelled { usleep(1_000) }
        return number
      }
    }
    expect("a timeout meanwhile", late, [.timedOut])
    Checks.equal("the worker lives on", busy.statistics.workers.map(\.systemIdentifier), [worker])
    // Nor does a pool's end wait for a start.
    let patient = try ProcessPool(workers: 1)
    let never = try patient.submit(1) { $0 }
    usleep(50_000)
    let ending = clock.now
    await patient.shutdown(.killNow)
    let ended = clock.now - ending
    Checks.that("a pool ends meanwhile", ended < .seconds(2), "\(ended)")
    expect("what it had", await outcome { try await never.value }, [.poolShutDown])
    kill(server, SIGCONT)
    let again = await outcome { try await pool.run(20) { $0 + 1 } }
    Checks.equal("then it works", try? again.get(), 21)
    await pool.shutdown(.drain)
    await busy.shutdown(.drain)
    // What was asked for in vain was never begun.
    Checks.that("only the server runs", eventually { children() == 1 }, "\(children())")
  }

  // MARK: Processes

  /// The user may have no more processes than there are.
  private static func processes() async throws {
    if getuid() == 0 {
      // RLIMIT_NPROC doesn't bind root (fork(2)). A user that nobody else is, most likely.
      let user: uid_t = 64_123
      guard setgid(user) == 0, setuid(user) == 0 else {
        Checks.that("skipped: root, and can't become somebody else", true)
        return
      }
      // Else /proc/self/exe is root's (prctl(2), PR_SET_DUMPABLE).
      _ = tandem_system_call(CLong(SYS_prctl), 4, 1, 0, 0, 0, 0)
    }
    let server: Int32
    do {
      server = try WorkerServer.start()
    } catch {
      Checks.that("skipped: this user can't run the executable", true)
      return
    }
    let pool = try ProcessPool(workers: 3, options: hasty)
    let worker = try await pool.run(0) { _ in getpid() }
    let before = settledDescriptors()
    // Nobody of this user may start anything from now on.
    let usual = Limit.get(__RLIMIT_NPROC)
    Limit.set(__RLIMIT_NPROC, 1, of: server)
    let handles = try (0..<12).map { number in
      try pool.submit(number) { number in
        usleep(1_000)
        return number + 1
      }
    }
    var right = 0
    for (number, handle) in handles.enumerated() {
      if try await handle.value == number + 1 { right += 1 }
    }
    Checks.equal("one worker does all work", right, 12)
    Checks.equal("there is one", pool.statistics.workers.map(\.systemIdentifier), [worker])
    let death = await outcome { try await pool.run(5) { (code: Int32) -> Int32 in _exit(code) } }
    expect("its death", death, [.workerExited])
    let none = await outcome { try await pool.run(20) { $0 + 1 } }
    expect("without a worker", none, [.cannotStart])
    Limit.set(__RLIMIT_NPROC, usual, of: server)
    let again = await outcome { try await pool.run(20) { $0 + 1 } }
    Checks.equal("then it works", try? again.get(), 21)
    Checks.that(
      "no descriptors are left", eventually { OpenDescriptors.held.count <= before.count },
      "\(OpenDescriptors.held), not \(before)")
    await pool.shutdown(.drain)
    expectServerAlone()
  }

  // MARK: Memory

  /// RLIMIT_FSIZE bounds memory files, too (memfd_create(2), fallocate(2)), and so stands for a system
  /// without memory for them.
  private static func memory() async throws {
    signal(SIGXFSZ, SIG_IGN)
    let usual = Limit.get(RLIMIT_FSIZE)
    // What is made at the first use stays: the server, and what watches it.
    try await ProcessPool.with(workers: 1) { pool in
      _ = try await pool.run(1) { $0 }
    }
    let before = settledDescriptors()
    try await noMemory(usual)
    expectNothingLeft(before)
  }

  private static func noMemory(_ usual: Int) async throws {
    Limit.set(RLIMIT_FSIZE, 1024)
    let made = Result { try ProcessPool(workers: 1) }
    Limit.set(RLIMIT_FSIZE, usual)
    expect("no memory for a pool", made, [.cannotStart])

    let pool = try ProcessPool(workers: 2, options: hasty)
    Limit.set(RLIMIT_FSIZE, 64 << 10)
    let worker = await outcome { try await pool.run(20) { $0 + 1 } }
    Limit.set(RLIMIT_FSIZE, usual)
    expect("no memory for a worker", worker, [.cannotStart])
    let again = await outcome { try await pool.run(20) { $0 + 1 } }
    Checks.equal("then it works", try? again.get(), 21)

    Limit.set(RLIMIT_FSIZE, 1 << 20)
    let argument = await outcome {
      try await pool.run([UInt8](repeating: 1, count: 2 << 20)) { $0.count }
    }
    expect("no memory for an argument", argument, [.cannotStart])
    let small = await outcome { try await pool.run(20) { $0 + 1 } }
    Checks.equal("a small one works meanwhile", try? small.get(), 21)
    Limit.set(RLIMIT_FSIZE, usual)
    await pool.shutdown(.drain)

    var options = ProcessPoolOptions()
    options.limits[.fileSize] = 1 << 20
    try await ProcessPool.with(workers: 1, options: options) { pool in
      let reply = await outcome {
        try await pool.run(2 << 20) { count in
          signal(SIGXFSZ, SIG_IGN)
          return [UInt8](repeating: 1, count: count)
        }.count
      }
      expect("no memory for a result", reply, [.encodingFailed])
      let small = await outcome { try await pool.run(20) { $0 + 1 } }
      Checks.equal("a small one works afterwards", try? small.get(), 21)
    }
  }
}

/// Limits of this process and others (getrlimit(2), prlimit(2)).
enum Limit {
  static func get(_ resource: __rlimit_resource) -> Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    return Int(truncatingIfNeeded: limit.rlim_cur)
  }

  /// Sets the soft limit.
  static func set(_ resource: __rlimit_resource, _ value: Int, of process: pid_t = 0) {
    var limit = rlimit()
    let isSet = withUnsafeMutablePointer(to: &limit) { limit in
      let address = CLong(Int(bitPattern: limit))
      let number = CLong(resource.rawValue)
      guard
        tandem_system_call(CLong(SYS_prlimit64), CLong(process), number, 0, address, 0, 0) == 0
      else { return false }
      limit.pointee.rlim_cur = rlim_t(truncatingIfNeeded: value)
      return tandem_system_call(CLong(SYS_prlimit64), CLong(process), number, address, 0, 0, 0) == 0
    }
    if !isSet { Checks.that("a limit is set", false, "\(errno)") }
  }
}

/// How awaited work ended.
func outcome<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
  do { return .success(try await body()) } catch { return .failure(error) }
}

/// Checks that something failed with one of these codes, in a sentence that is not empty.
func expect<Value>(_ name: String, _ result: Result<Value, any Error>, _ codes: [PoolError.Code]) {
  guard case .failure(let error as PoolError) = result else {
    Checks.that("\(name): an error", false, "\(result)")
    return
  }
  Checks.that("\(name): an error", codes.contains(error.code) && !error.message.isEmpty, "\(error)")
}

/// The descriptors once they have not changed for a while: for 0.3 s, longer than a host takes a CPU away.
func settledDescriptors() -> [String] {
  var held = OpenDescriptors.held
  var unchanged = 0
  for _ in 0..<500 where unchanged < 60 {
    usleep(5_000)
    let now = OpenDescriptors.held
    unchanged = now == held ? unchanged + 1 : 0
    held = now
  }
  return held
}

/// Checks that there are as many descriptors as before, and no process but the server.
///
/// A pool's threads let go of what they hold a moment after its end.
func expectNothingLeft(_ before: [String]) {
  Checks.that(
    "nothing is left", eventually { OpenDescriptors.held.count == before.count },
    "\(OpenDescriptors.held), not \(before)")
  expectServerAlone()
}

func expectServerAlone() {
  Checks.that("only the server runs", eventually { children() == 1 }, "\(children())")
}

/// The limit that leaves so many descriptors to be opened.
func lowestFree(after spare: Int) -> Int {
  let taken = Set(OpenDescriptors.numbers)
  var limit = 0
  var free = 0
  while free < spare || taken.contains(limit) {
    if !taken.contains(limit) { free += 1 }
    limit += 1
  }
  return limit
}

/// How many processes there are below this one, ended ones among them.
func children() -> Int {
  var parents: [Int32: Int32] = [:]
  for process in names(in: "/proc").compactMap({ Int32($0) }) {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { continue }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(file, &bytes, bytes.count)
    close(file)
    guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { continue }
    let fields = String(decoding: bytes[(end + 2)..<count], as: UTF8.self).split(separator: " ")
    if fields.count > 1, let parent = Int32(fields[1]) { parents[process] = parent }
  }
  return parents.keys.count { process in
    var ancestor = parents[process]
    while let one = ancestor, one != getpid() { ancestor = parents[one] }
    return ancestor == getpid()
  }
}
