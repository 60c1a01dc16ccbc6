import FixtureSupport
import Glibc
import Tandem

/// What is left of workers that have ended, or never began: nothing.
enum Leaks {
  private struct Held: Equatable {
    var descriptors = OpenDescriptors.held.count
    var mappings = text("/proc/self/maps").split(separator: "\n").count
    var processes = OwnSession.processes

    func isNoMore(than other: Held) -> Bool {
      // The allocator and the threads that come and go map a few regions more or less.
      descriptors == other.descriptors && processes == other.processes
        && mappings <= other.mappings + 8
    }
  }

  private static func cycle() async throws {
    let process = WorkerProcess(input: 20) { 1 + $0 }
    try process.start()
    guard try await process.value == 21 else { Checks.that("a value", false); return }
    let crashing = WorkerProcess(input: 1 as Int32) { _exit($0) }
    try crashing.start()
    _ = try await crashing.join()
  }

  static func check() async throws {
    for _ in 0..<10 { try await cycle() }
    let before = Held()
    for _ in 0..<100 { try await cycle() }
    let after = Held()
    Checks.that(
      "nothing is left of 200 workers", after.isNoMore(than: before), "\(before) \(after)")
    Checks.equal("only the program and its server run", after.processes, 2)
  }

  static func failingStarts() async throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let usual = limit.rlim_cur
    /// Leaves so many descriptors that can still be opened.
    func restrict(spare: Int) {
      let taken = Set(OpenDescriptors.numbers)
      var count = 0
      var free = 0
      while free < spare || taken.contains(count) {
        free += taken.contains(count) ? 0 : 1
        count += 1
      }
      limit.rlim_cur = rlim_t(count)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    func unrestrict() {
      limit.rlim_cur = usual
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    // The first round makes the server, too. The second finds it there.
    for round in 1...2 {
      var refusals = 0
      var succeeded = false
      for spare in 0..<24 where !succeeded {
        let before = OpenDescriptors.numbers
        restrict(spare: spare)
        let process = WorkerProcess(input: 20) { 1 + $0 }
        do {
          try process.start()
          succeeded = true
        } catch {
          refusals += 1
          unrestrict()
          Checks.that(
            "round \(round), \(spare) to spare: why",
            [.cannotStart, .refusedClosure].contains(error.code), "\(error)")
          // The monitor's own descriptors stay.
          Checks.that(
            "round \(round), \(spare) to spare: nothing is left",
            OpenDescriptors.numbers.count <= before.count + 3,
            "\(before) \(OpenDescriptors.numbers)")
          Checks.that("round \(round), \(spare) to spare: not started", !process.isAlive)
        }
        unrestrict()
        if succeeded {
          Checks.equal("round \(round): then it works", try await process.value, 21)
        }
      }
      Checks.that("round \(round): it works in the end", succeeded)
      Checks.that("round \(round): some were refused", refusals > 0, "\(refusals)")
    }
    try await cycle()
    let before = Held()
    for spare in 0..<8 {
      restrict(spare: spare)
      let process = WorkerProcess(input: 20) { 1 + $0 }
      if (try? process.start()) != nil { _ = try await process.join() }
      unrestrict()
    }
    let after = Held()
    Checks.that(
      "nothing is left of failed starts", after.isNoMore(than: before), "\(before) \(after)")
    try await cycle()
    Checks.that("and the next ones work", true)
  }
}
