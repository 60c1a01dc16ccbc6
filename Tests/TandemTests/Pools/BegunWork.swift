import Tandem

/// Gives a pool work that runs until it is asked to end.
///
/// - Returns: its handle, once the work has begun.
nonisolated(nonsending) func beginSpinning(in pool: any WorkerPool) async throws -> TaskHandle<Int>
{
  let begun = try Gate()
  let handle = try pool.submit(Places(arrive: begun.path)) { places in
    Gate.arrive(at: places.arrive)
    spinUntilAsked()
    return 0
  }
  try await begun.arrivals()
  return handle
}

/// Gives a pool work that waits at a gate.
///
/// - Returns: its handle, once the work has begun.
nonisolated(nonsending) func beginWaiting(
  at gate: borrowing Gate, in pool: any WorkerPool
) async throws -> TaskHandle<Int> {
  let begun = try Gate()
  let handle = try pool.submit(Places(arrive: begun.path, pass: gate.path)) { places in
    Gate.arrive(at: places.arrive)
    Gate.pass(places.pass)
    return 0
  }
  try await begun.arrivals()
  return handle
}
