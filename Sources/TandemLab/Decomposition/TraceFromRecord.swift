package import TandemModel

extension RunTrace {
  /// Reads the traces out of what a run recorded that wasn't watched.
  ///
  /// - Parameters:
  ///   - record: the run.
  ///   - doubts: counts what could not be taken as reported.
  package init(_ record: RunRecord, doubts: inout TraceDoubts) {
    self.init(record, bodies: nil, doubts: &doubts)
  }

  /// Reads the traces out of what a run recorded.
  ///
  /// A worker is starting from the call of `start` until its body is entered, and ending from its
  /// body left until its end is observed. In between, its own totals stand in for switch records:
  /// what it spent on a CPU, runnable and blocked on something known are shares of the whole body,
  /// and the rest is blocked on something that was not measured.
  ///
  /// - Parameters:
  ///   - record: the run.
  ///   - bodies: what was seen of each worker inside its body, where it was watched: that is taken in
  ///     the place of its totals.
  ///   - doubts: counts what could not be taken as reported.
  init(_ record: RunRecord, bodies: ObservedBodies?, doubts: inout TraceDoubts) {
    var traces: [WorkerTrace] = []
    traces.reserveCapacity(record.workers.count)
    for (index, worker) in record.workers.enumerated() {
      // One clock for all processes, so these are in order; a record that isn't is read as if
      // the later stamp had come at once, so that no time is counted twice.
      let called = worker.startCalledNS
      let entered = max(called, worker.bodyEnteredNS)
      let left = max(entered, worker.bodyLeftNS)
      let observed = max(left, worker.endObservedNS)
      if let seen = bodies?.entries[index] {
        traces.append(
          WorkerTrace(
            [TraceSegment(fromNS: called, toNS: entered, state: .starting)] + seen.body.segments
              + [TraceSegment(fromNS: left, toNS: observed, state: .ending)]))
        continue
      }
      let body = BodyShares(of: worker, bodyNS: left - entered)
      doubts.workers += 1
      doubts.bodyNS += Double(left - entered)
      doubts.excessNS += body.excessNS
      if body.excessNS > 0 { doubts.workersWithExcess += 1 }
      if worker.runnableNS == nil { doubts.workersWithoutRunnable += 1 }
      traces.append(
        WorkerTrace([
          TraceSegment(fromNS: called, toNS: entered, state: .starting),
          TraceSegment(fromNS: entered, toNS: left, shares: body.shares),
          TraceSegment(fromNS: left, toNS: observed, state: .ending),
        ]))
    }
    self.init(
      beganNS: record.beganNS, endedNS: record.endedNS, workers: traces, driver: record.driver)
  }
}

/// The shares of a body's time, from what a worker reports of itself.
private struct BodyShares {
  /// The share of each state; they add up to 1.
  var shares = StateTable()
  /// Nanoseconds reported beyond the length of the body.
  var excessNS = 0.0

  init(of worker: WorkerRecord, bodyNS: UInt64) {
    shares[.onCPU] = Double(worker.onCPUNS)
    shares[.runnable] = Double(worker.runnableNS ?? 0)
    for state in BlockedTimes.states { shares[state] = Double(worker.blocked[state] ?? 0) }
    var known = shares.sum
    let body = Double(bodyNS)
    if let tasks = worker.tasks {
      // What is known is of the tasks; between two of them, data moves or there is no work.
      let running = min(Double(tasks.runningNS), body)
      let coding = min(Double(tasks.codingNS ?? 0), body - running)
      if known < running { shares[.other] = running - known }
      known = max(known, running) + coding
      shares[.movingData] = coding
      if known < body { shares[.waitingForWork] = body - known }
      guard body > 0 || known > 0 else { return }
      excessNS = max(0, known - body)
      shares = shares.scaled(by: 1 / max(known, body))
      return
    }
    excessNS = max(0, known - body)
    guard known > 0 || body > 0 else { return }
    if known < body { shares[.other] = body - known }
    shares = shares.scaled(by: 1 / max(known, body))
  }
}
