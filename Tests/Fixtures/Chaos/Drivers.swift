import Glibc
import Synchronization
import Tandem
import TandemSystem

/// Gives jobs to the pool in every way that there is, evenly spread over the time.
final class Drivers: Sendable {
  let pool: ProcessPool
  let tally: Tally
  /// How many jobs there are to be.
  let total: Int
  /// How long they should take to be given, in nanoseconds.
  let span: UInt64
  static let timeout = Duration.milliseconds(100)
  static let large = 2 << 20

  private let begun: UInt64
  private let nextNumber = Atomic(0)
  private let midFrames = Atomic(0)

  init(_ pool: ProcessPool, _ tally: Tally, total: Int, over span: Duration) {
    self.pool = pool
    self.tally = tally
    self.total = total
    self.span = UInt64(span / .nanoseconds(1))
    begun = monotonicNow()
  }

  /// Takes numbers for so many jobs.
  ///
  /// - Returns: the numbers; nil when all were taken.
  private func numbers(_ count: Int) -> Range<Int>? {
    let first = nextNumber.add(count, ordering: .relaxed).oldValue
    guard first < total else { return nil }
    let range = first..<min(first + count, total)
    tally.begin(range.count)
    return range
  }

  /// How long to wait before the next jobs, in nanoseconds.
  private var wait: UInt64 {
    let share = Double(nextNumber.load(ordering: .relaxed)) / Double(total)
    let due = begun + UInt64(share * Double(span))
    let now = monotonicNow()
    return due > now ? due - now : 0
  }

  /// Gives jobs until there are no more.
  func drive(seed: UInt64) async {
    var dice = SplitMix64(seed: seed)
    while await step(&dice) {
      // Only to spread the jobs over the time; nothing depends on it.
      let wait = wait
      if wait > 0 { try? await Task.sleep(nanoseconds: min(wait, 200_000_000)) }
    }
  }

  /// The same from a thread that blocks for each, and so delivers results itself.
  func driveBlocking(seed: UInt64) {
    var dice = SplitMix64(seed: seed)
    while let number = numbers(1)?.first {
      let job = Job(number: number, pause: .random(in: 0...300, using: &dice))
      if dice.next() % 3 == 0 {
        let result = Result { try pool.run(job, .timeout(Self.timeout)) }
        tally.end(job, result, [.death, .timeout], "blocking run with a timeout")
      } else {
        tally.end(job, Result { try pool.run(job) }, .death, "blocking run")
      }
      usleep(UInt32(min(wait / 1_000, 50_000)))
    }
  }

  private func step(_ dice: inout SplitMix64) async -> Bool {
    let pause = UInt32.random(in: 0...2_000, using: &dice)
    let way = dice.next() % 16
    let call =
      "way \(way) about job \(nextNumber.load(ordering: .relaxed)) with dice \(dice.next())"
    tally.note(call, isOpen: true)
    defer { tally.note(call, isOpen: false) }
    switch way {
    case 0, 1, 2: return await midFrame()
    case 3: return await midFrameInBatch()
    case 4: return await single(pause: pause)
    case 5: return await large()
    case 6, 8: return await handles(pause: pause * 12)
    case 7: return await cancelled(&dice)
    case 9: return await batches(pause: pause / 20)
    case 10, 11: return await ones(&dice)
    case 12: return await quickLarge()
    case 13: return await stream(order: .completion, pause: pause / 4)
    case 14: return await stream(order: .input, pause: pause / 4)
    default: return await retried(pause: pause / 4)
    }
  }

  // MARK: The ways

  /// Every third in a map whose workers end when half of an output is written.
  private func midFrameInBatch() async -> Bool {
    guard let numbers = numbers(12) else { return false }
    let results = await outcomes(numbers.count) {
      try await pool.mapResults(Array(numbers), .batches(of: 4)) { number in
        number % 3 == 0 ? HalfWritten() : nil
      }
    }
    for (number, result) in zip(numbers, results) {
      switch result {
      case .success(nil): tally.right(number % 3 != 0, "a batch with exits: \(number)")
      case .success: tally.right(false, "a batch with exits: \(number)")
      case .failure(let error):
        tally.end(
          error, number % 3 == 0 ? [.death, .ownExit] : .death, "a batch with exits: \(number)")
      }
    }
    return true
  }

  private func midFrame() async -> Bool {
    guard let number = numbers(1)?.first else { return false }
    do {
      _ = try await pool.run(number) { _ in HalfWritten() }
      tally.right(false, "an exit in mid-frame: \(number)")
    } catch {
      tally.end(error, [.death, .ownExit], "an exit in mid-frame: \(number)")
    }
    return true
  }

  private func single(pause: UInt32) async -> Bool {
    guard let number = numbers(1)?.first else { return false }
    let job = Job(number: number, pause: pause, replySize: 1 << 12)
    await end(job, .death, "run") { try await pool.run(job) { try $0.work() } }
    return true
  }

  private func large() async -> Bool {
    guard let numbers = numbers(3) else { return false }
    let sizes = [(Self.large, 8), (8, Self.large), (Self.large, Self.large)]
    for (number, (argument, reply)) in zip(numbers, sizes) {
      let job = Job(number: number, argumentSize: argument, replySize: reply)
      await end(job, [.death, .timeout], "run with 2 MiB") {
        try await pool.run(job, .timeout(.seconds(2))) { try $0.work() }
      }
    }
    return true
  }

  private func handles(pause: UInt32) async -> Bool {
    guard let numbers = numbers(16) else { return false }
    let jobs = numbers.map { Job(number: $0, pause: pause) }
    let handles = jobs.map { job in
      Result {
        try pool.submit(job, .timeout(Self.timeout).priority(job.number % 3 == 0 ? .high : .normal))
      }
    }
    for (job, handle) in zip(jobs, handles) {
      await end(job, [.death, .timeout], "submit") { try await handle.get().value }
    }
    return true
  }

  private func cancelled(_ dice: inout SplitMix64) async -> Bool {
    guard let numbers = numbers(8) else { return false }
    let jobs = numbers.map { Job(number: $0, pause: .random(in: 0...3_000, using: &dice)) }
    let handles = jobs.map { job in Result { try pool.submit(job) { try $0.work() } } }
    for index in [5, 0, 2, 7, 3] where index < handles.count { try? handles[index].get().cancel() }
    for (job, handle) in zip(jobs, handles) {
      await end(job, [.death, .cancellation], "cancelled") { try await handle.get().value }
    }
    return true
  }

  private func batches(pause: UInt32) async -> Bool {
    guard let numbers = numbers(64) else { return false }
    let jobs = numbers.map { Job(number: $0, pause: $0 % 4 == 0 ? pause : 0, replySize: 600) }
    let results = await outcomes(jobs.count) {
      try await pool.mapResults(jobs) { try $0.work() }
    }
    for (job, result) in zip(jobs, results) { tally.end(job, result, .death, "mapResults") }
    return true
  }

  /// Small ones, with a large one among them now and then.
  private func ones(_ dice: inout SplitMix64) async -> Bool {
    guard let numbers = numbers(48) else { return false }
    let jobs = numbers.map { number in
      let size = dice.next() % 24 == 0 ? Self.large : 100
      return Job(
        number: number, argumentSize: size, replySize: dice.next() % 24 == 0 ? Self.large : 8)
    }
    let results = await outcomes(jobs.count) {
      try await pool.mapResults(jobs, .batches(of: 1)) { try $0.work() }
    }
    for (job, result) in zip(jobs, results) { tally.end(job, result, .death, "mapResults of 1") }
    return true
  }

  /// Too large for the ring, yet done in no time: several wait in a worker, and are taken back.
  private func quickLarge() async -> Bool {
    guard let numbers = numbers(24) else { return false }
    let arguments = numbers.map { pattern($0, count: 100_000 + $0 % 3) }
    let results = await outcomes(numbers.count) {
      try await pool.mapResults(arguments, .batches(of: 1)) { bytes in
        Array(bytes.prefix(64)) + [UInt8(bytes.count % 251)]
      }
    }
    for ((number, argument), result) in zip(zip(numbers, arguments), results) {
      switch result {
      case .success(let bytes):
        tally.right(
          bytes == Array(argument.prefix(64)) + [UInt8(argument.count % 251)],
          "a large argument taken back: \(number)")
      case .failure(let error): tally.end(error, .death, "a large argument taken back: \(number)")
      }
    }
    return true
  }

  private func stream(order: ResultOrder, pause: UInt32) async -> Bool {
    guard let numbers = numbers(32) else { return false }
    let jobs = numbers.map { Job(number: $0, pause: pause, replySize: 8 + $0 % 9) }
    var left = Dictionary(uniqueKeysWithValues: jobs.map { ($0.expected, $0) })
    var errors = 0
    do {
      for try await outcome in try pool.outcomes(
        of: jobs, .timeout(Self.timeout), order: order, inFlight: 12, { try $0.work() })
      {
        switch outcome {
        case .success(let bytes):
          if left.removeValue(forKey: bytes) == nil {
            tally.right(false, "outcomes(\(order)): a result that came twice, or is none")
          } else {
            tally.right(true, "")
          }
        case .failure(let error):
          errors += 1
          tally.end(error, [.death, .timeout], "outcomes(\(order))")
        }
      }
    } catch {
      tally.violation("outcomes(\(order)): \(error)")
    }
    if left.count != errors {
      tally.violation("outcomes(\(order)): \(left.count) results missing, \(errors) errors")
    }
    return true
  }

  /// With so many retries that all must succeed, in order.
  private func retried(pause: UInt32) async -> Bool {
    guard let numbers = numbers(24) else { return false }
    let jobs = numbers.map { Job(number: $0, pause: pause, replySize: 40) }
    var rest = jobs[...]
    do {
      for try await bytes in try pool.results(
        of: jobs, .timeout(Self.timeout).retries(1_000), inFlight: 8, { try $0.work() })
      {
        guard let job = rest.popFirst() else {
          tally.violation("results: more than were asked for")
          break
        }
        tally.end(job, .success(bytes), [], "results")
      }
    } catch {
      tally.end(error, [], "results, retried")
      _ = rest.popFirst()
    }
    if !rest.isEmpty {
      tally.violation("results: \(rest.count) missing")
      tally.giveUp(rest.count)
    }
    return true
  }

  // MARK: -

  private func end(
    _ job: Job, _ fate: Tally.Fate, _ way: String, _ body: () async throws -> [UInt8]
  ) async {
    do {
      tally.end(job, .success(try await body()), fate, way)
    } catch {
      tally.end(job, .failure(error), fate, way)
    }
  }

  private func outcomes<Output>(
    _ count: Int, _ body: () async throws -> [Result<Output, any Error>]
  ) async -> [Result<Output, any Error>] {
    do {
      let results = try await body()
      if results.count != count { tally.violation("\(results.count) results of \(count)") }
      return results
    } catch {
      tally.violation("mapResults: \(error)")
      tally.giveUp(count)
      return []
    }
  }
}

extension Tally {
  /// Counts the end of something whose result is right or not.
  func right(_ isRight: Bool, _ way: @autoclosure () -> String) {
    if isRight { countRight() } else { wrong(way()) }
  }
}
