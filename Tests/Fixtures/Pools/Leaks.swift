import FixtureSupport
import Glibc
import Tandem

/// What pools leave behind: nothing.
enum Leaks {
  static func dropped() async throws {
    // Everything that is made once.
    try await ProcessPool.with(workers: 1) { pool in _ = try await pool.run(1) { $0 } }
    let notice = Notice()
    let descriptors = OpenDescriptors.held
    let threads = names(in: "/proc/self/task").count
    for _ in 0..<10 {
      let pool = try ProcessPool(workers: 2)
      for _ in 0..<4 { try pool.submit(notice.path) { waitForEver($0) } }
      let own = try ThreadPool(workers: 2)
      _ = try await own.map(0..<4, .batches(of: 1)) { $0 }
      let serial = try SerialPool()
      _ = try await serial.run(1) { $0 }
      notice.wait(for: 2)
    }
    Checks.that(
      "processes end", eventually { OwnSession.processes <= 2 }, "\(OwnSession.processes) are left")
    Checks.that(
      "descriptors are closed", eventually { OpenDescriptors.held.count <= descriptors.count },
      "\(OpenDescriptors.held), not \(descriptors)")
    Checks.that(
      "threads end", eventually { names(in: "/proc/self/task").count <= threads + 1 },
      "\(names(in: "/proc/self/task").count), not \(threads)")
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
      "nothing is left after many", eventually { OpenDescriptors.held.count <= descriptors.count },
      "\(OpenDescriptors.held), not \(descriptors)")
    Checks.that(
      "nor threads", eventually { names(in: "/proc/self/task").count <= threads + 1 },
      "\(names(in: "/proc/self/task").count), not \(threads)")
    Checks.that(
      "nor processes", eventually { OwnSession.processes <= 2 }, "\(OwnSession.processes)")
    notice.remove()
  }

  static func fewDescriptors() async throws {
    // Everything that is made once.
    try await ProcessPool.with(workers: 1) { pool in _ = try await pool.run(1) { $0 } }
    let before = OpenDescriptors.held
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let old = limit
    limit.rlim_cur = rlim_t(before.count + 24)
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
      "nothing leaks", eventually { OpenDescriptors.held.count <= before.count },
      "\(OpenDescriptors.held), not \(before)")
  }

  // Functions of their own, so that their pools are gone when descriptors are counted.

  private static func withFewer() async throws {
    // There are not enough for sixteen workers; the pool goes on with fewer.
    let pool = try ProcessPool(workers: 16)
    let results = try await pool.mapResults(0..<200, .batches(of: 1)) { number -> Int in
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
    let seen = try await pool.map(0..<8, .batches(of: 1)) { _ in OpenDescriptors.numbers }
    // Three standard ones, the connection, and what it shares with the pool.
    Checks.that("few", seen.allSatisfy { $0.count <= 6 }, "\(seen)")
    Checks.that("not the program's", seen.allSatisfy { !$0.contains(Int(high)) }, "\(seen)")
    let pids = try await pool.map(0..<8, .batches(of: 1)) { _ in getpid() }
    await pool.shutdown()
    Checks.that(
      "workers end with their pool", eventually { pids.allSatisfy { kill($0, 0) != 0 } })
  }
}
