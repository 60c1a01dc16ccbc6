import FixtureSupport
import Glibc
import Tandem

/// What pools leave behind: nothing.
enum Leaks {
  static func dropped() async throws {
    // Everything that is made once.
    try await ProcessPool.with(workers: 1) { pool in _ = try await pool.run(1) { $0 } }
    let notice = Notice()
    let known = Set(links())
    let descriptors = count("/proc/self/fd")
    let threads = count("/proc/self/task")
    for _ in 0..<10 {
      let pool = try ProcessPool(workers: 2)
      for _ in 0..<4 { try pool.submit(notice.path) { waitForEver($0) } }
      let own = try ThreadPool(workers: 2)
      _ = try await own.map(0..<4, batching: .of(1)) { $0 }
      let serial = SerialPool()
      _ = try await serial.run(1) { $0 }
      notice.wait(for: 2)
    }
    Checks.that(
      "processes end", eventually { children() <= 1 }, "\(children()) children's children")
    Checks.that(
      "descriptors are closed", eventually { count("/proc/self/fd") <= descriptors },
      "\(links().filter { !known.contains($0) }), besides \(descriptors)")
    Checks.that(
      "threads end", eventually { count("/proc/self/task") <= threads + 1 },
      "\(count("/proc/self/task")), not \(threads)")
    // Shut down, a hundred times.
    for _ in 0..<50 {
      let pool = try ProcessPool(workers: 1)
      _ = try await pool.run(1) { $0 }
      await pool.shutdown(.killNow)
      let own = try ThreadPool(workers: 1)
      _ = try await own.run(1) { $0 }
      await own.shutdown()
    }
    Checks.that(
      "nothing is left after many", eventually { count("/proc/self/fd") <= descriptors },
      "\(links().filter { !known.contains($0) }), besides \(descriptors)")
    Checks.that(
      "nor threads", eventually { count("/proc/self/task") <= threads + 1 },
      "\(count("/proc/self/task")), not \(threads)")
    Checks.that("nor processes", eventually { children() <= 1 }, "\(children())")
    notice.remove()
  }

  static func fewDescriptors() async throws {
    // Everything that is made once.
    try await ProcessPool.with(workers: 1) { pool in _ = try await pool.run(1) { $0 } }
    let before = count("/proc/self/fd")
    let known = Set(links())
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let old = limit
    limit.rlim_cur = rlim_t(before + 24)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    try await withFewer()
    // None at all.
    var taken: [Int32] = []
    while case let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC), descriptor >= 0 {
      taken.append(descriptor)
    }
    do {
      let pool = try ProcessPool(workers: 1)
      _ = try await pool.run(1) { $0 }
      Checks.that("without descriptors there is no pool", false)
    } catch {
      let error = error as? PoolError
      Checks.that(
        "without descriptors there is no pool",
        error?.code == .cannotStart || error?.code == .serverLost, "\(String(describing: error))")
    }
    for descriptor in taken { close(descriptor) }
    try await afterwards()
    var restored = old
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &restored)
    Checks.that(
      "nothing leaks", eventually { count("/proc/self/fd") <= before },
      "\(links().filter { !known.contains($0) }), besides \(before)")
  }

  // Functions of their own, so that their pools are gone when descriptors are counted.

  private static func withFewer() async throws {
    // There are not enough for sixteen workers; the pool goes on with fewer.
    let pool = try ProcessPool(workers: 16)
    let results = try await pool.mapResults(0..<200, batching: .of(1)) { number -> Int in
      for _ in 0..<200 { sched_yield() }
      return number
    }
    let done = results.filter { if case .success = $0 { true } else { false } }.count
    Checks.equal("a pool with few descriptors does its work", done, 200)
    Checks.that("with fewer workers", pool.statistics.started < 16, "\(pool.statistics.started)")
    await pool.shutdown()
  }

  private static func afterwards() async throws {
    let again = try ProcessPool(workers: 1)
    Checks.equal("afterwards there is", try await again.run(1) { $0 + 1 }, 2)
    await again.shutdown()
  }

  static func descriptors() async throws {
    let high = fcntl(open("/dev/null", O_RDONLY), F_DUPFD, 700)
    Checks.that("a high descriptor", high >= 700)
    let pool = try ProcessPool(workers: 2)
    let seen = try await pool.map(0..<8, batching: .of(1)) { _ in listed("/proc/self/fd") }
    // Three standard ones, the connection, what it shares with the pool, and the listing itself.
    Checks.that("few", seen.allSatisfy { $0.count <= 7 }, "\(seen)")
    Checks.that("not the program's", seen.allSatisfy { !$0.contains("\(high)") }, "\(seen)")
    let pids = try await pool.map(0..<8, batching: .of(1)) { _ in getpid() }
    await pool.shutdown()
    Checks.that(
      "workers end with their pool", eventually { pids.allSatisfy { kill($0, 0) != 0 } })
  }

  /// How many processes there are in this session, besides this one.
  static func children() -> Int {
    listed("/proc").compactMap { Int32($0) }.filter { pid in
      getsid(pid) == getsid(0) && pid != getpid()
    }.count
  }

  /// What the descriptors lead to.
  private static func links() -> [String] {
    listed("/proc/self/fd").map { name in
      var bytes = [UInt8](repeating: 0, count: 512)
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.withMemoryRebound(to: CChar.self) { characters in
          characters.baseAddress.map { readlink("/proc/self/fd/\(name)", $0, characters.count) }
            ?? 0
        }
      }
      return "\(name) " + String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
  }

  private static func count(_ folder: String) -> Int { listed(folder).count }

  /// Looks again and again, for 20 s at most.
  private static func eventually(_ holds: () -> Bool) -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while !holds() {
      if clock.now > deadline { return false }
      sched_yield()
    }
    return true
  }
}

/// The names in a folder.
@Sendable func listed(_ folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}
