package import TandemModel
import TandemSystem

extension Observation {
  /// The most workers that are listed one by one.
  private static let mostListed = 1_000

  /// Makes the report of the observation, without findings.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - machine: the machine.
  ///   - tandemVersion: the version of Tandem.
  /// - Returns: the report, and the timeline of the workers that it lists.
  package func report(
    command: [String], machine: MachineSummary, tandemVersion: String
  ) -> (report: ExplainReport, timeline: ObservedTimeline) {
    // A process's only thread never waits for the GIL, since no other thread can hold it.
    let unmeasured = gils.unmeasured.union(runtimesWithUnknownLock)
      .intersection(tally.threadedPIDs)
    var tables = tally.workers.map { (track: $0, table: $0.resolved(like: tally.mix(like: $0))) }
    let gilWaits = GILWaits(
      tables, gils, threaded: tally.threadedPIDs,
      isExact: switches == .exact, endedNS: endedNS)
    var all = StateTable()
    for index in tables.indices {
      tables[index].table = gilWaits.cleared(tables[index].table, of: tables[index].track.pid)
      all.add(tables[index].table)
    }
    all.add(tally.folded)
    let listed = Self.busiest(tables)
    var others = StateTable()
    others.add(all)
    for (_, table) in listed { others.add(table, times: -1) }
    let othersCount = tables.count - listed.count + tally.foldedCount
    var workers = listed.map {
      worker(
        $0.track, $0.table,
        gilIsMeasured: !unmeasured.contains($0.track.pid)
          && !gilWaits.areTooShort(in: $0.track.pid))
    }
    WorkerRoles(
      runtimes: runtimes.mapValues(\.name),
      pythons: Set(gils.entries().map(\.pid)), helpers: helpers,
      wallSeconds: wallSeconds
    ).assign(to: &workers)
    var timeline = timeline(of: listed.map(\.track), areAll: othersCount == 0)
    timeline.slices = slices(of: listed.map(\.track), gilWaits)
    if othersCount == 0, let unseen = unseenCPUSeconds {
      let alone = AloneAtWork(
        of: workers, timeline, wokenSeconds: listed.map { Double($0.track.wokenNS) / 1e9 },
        foreignSeconds: foreignCPUSeconds, cpus: sweep.cpus, unseenSeconds: unseen,
        shortestSeconds: shortestStretch)
      for place in workers.indices { workers[place].aloneSeconds = alone.seconds[place] }
    }
    let before = launcher
    let wall = max(wallSeconds, .leastNonzeroMagnitude)
    let machine = self.machine(machine)
    let gilIsMeasured = unmeasured.isEmpty && (gilWaits.tooShort.isEmpty || all[.gil] > 0)
    let lostNS = Double(tally.lost.lengthNS)
    let sums = sweep.settled(
      tally.early, runningInLost: lostNS > 0 ? tally.runInLostNS / lostNS : 0)
    let usefulSamples = tally.usefulSamples
    var lost = lostCPU(sums)
    lost.narrowed = Self.narrowed(tables, beganNS: beganNS)
    let report = ExplainReport(
      tandemVersion: tandemVersion, machine: machine, command: command,
      exit: exit.map { ProgramExit($0) }, leftRunning: leftRunning,
      wallSeconds: wallSeconds, concurrency: all.inProgress / 1e9 / wall,
      demand: all.demand / 1e9 / wall,
      parallelism: all[.onCPU] / 1e9 / wall, maxAtOnce: sweep.mostAtOnce(tally.early),
      totals: Self.totals(all, gilIsMeasured: gilIsMeasured),
      wallShares: sums.wallSeconds.shares.filter { $0.seconds > 0 },
      wallOccupied: wallOccupied(all),
      lostCPU: lost, workers: workers,
      otherWorkers: othersCount == 0
        ? nil
        : OtherWorkers(
          count: othersCount, totals: Self.totals(others, gilIsMeasured: gilIsMeasured)),
      starts: WorkerStarts(
        threads: tally.startedThreads, processes: tally.startedProcesses,
        threadStartSeconds: Self.medianSeconds(tally.threadStartsNS),
        processStartSeconds: Self.medianSeconds(tally.processStartsNS),
        onMachine: startedOnMachine, forks: forks),
      gil: withPlaces(gilWaits.entries) + otherGlobalLocks(waitSeconds: gilWaits.seconds),
      locks: locks(of: all[.lock]), io: outside,
      runtimes: runtimes.sorted { $0.key < $1.key }.map {
        ObservedRuntime(pid: $0.key, name: $0.value.name)
      }, launcher: before,
      standstills: standstills.map {
        $0.report(sinceNS: beganNS, endedObservation: endedWhileStill)
      }, data: data, omitted: omissions,
      sources: ObservationSources(
        switches: switches, lostRecords: lostRecords, lostSeconds: Double(self.lostNS) / 1e9,
        samples: sampleCount,
        samplingEfficiency: sampleCount == 0
          ? nil : min(1, Double(usefulSamples) / Double(sampleCount)),
        attributedShare: tally.offCPUNS == 0
          ? nil : Double(tally.sampledNS) / Double(tally.offCPUNS),
        accountedCPUSeconds: usage.map {
          max(0, Double($0.cpuNS) / 1e9 - (before?.cpuSeconds ?? 0))
        },
        throttledSeconds: throttledNS.map { Double($0) / 1e9 },
        stolenSeconds: stolenNS.map { Double($0) / 1e9 }),
      observer: ObserverCost(
        cpuSeconds: Double(observerCPUNS) / 1e9,
        share: Double(observerCPUNS) / 1e9 / (wall + (before?.wallSeconds ?? 0))),
      tooShortWaits: tooShortWaits, cpusInUse: cpusInUse)
    return (report, timeline)
  }

  /// CPU time that others had of the program's CPUs, at most; nil where that isn't known, or where a ready worker
  /// may have to wait beside an idle CPU.
  private var foreignCPUSeconds: Double? {
    guard let taken, let others = taken.othersSeconds, cpus.map({ $0.quota == nil }) ?? false,
      tally.workers.allSatisfy({ $0.narrowing == nil })
    else { return nil }
    return others + taken.errorSeconds + taken.tandemSeconds + (taken.stolenSeconds ?? 0)
  }

  /// CPU time of workers after the last sample of their lives; nil where it isn't known.
  private var unseenCPUSeconds: Double? {
    guard switches == .sampled else { return 0 }
    guard let usage else { return tally.ended.isEmpty ? 0 : nil }
    return max(0, Double(usage.cpuNS) - seenCPUNS) / 1e9
  }

  /// How many rounds in a row must find all others idle.
  ///
  /// A worker that is at work half of the time is idle in ten by chance once in a thousand times.
  private static let roundsInARow = 10.0

  /// Seconds that a worker must be alone at work for samples to show it; 0 where switches are recorded.
  private var shortestStretch: Double {
    roundCount == 0 ? 0 : Self.roundsInARow * wallSeconds / Double(roundCount)
  }

  /// The busiest workers, in order of their start; the program's first thread is always among them.
  private static func busiest(
    _ tables: [(track: WorkerTrack, table: StateTable)]
  ) -> [(track: WorkerTrack, table: StateTable)] {
    guard tables.count > mostListed else { return tables }
    func weight(_ entry: (track: WorkerTrack, table: StateTable)) -> Double {
      entry.track.kind == .main ? .infinity : entry.table.inProgress
    }
    return tables.sorted { weight($0) > weight($1) }.prefix(mostListed)
      .sorted { ($0.track.startedNS, $0.track.tid) < ($1.track.startedNS, $1.track.tid) }
  }

  /// The machine as the program could use it.
  private func machine(_ machine: MachineSummary) -> MachineSummary {
    guard let cpus else { return machine }
    var machine = machine
    (machine.cpusOnline, machine.cpusAllowed) = (cpus.online, cpus.allowed)
    (machine.cpuQuota, machine.effectiveCPUs) = (cpus.quota?.cpus, cpus.effective)
    return machine
  }

  private static func totals(_ table: StateTable, gilIsMeasured: Bool) -> StateSeconds {
    // What others are is a difference, which rounding can leave a little below zero.
    let positive = StateTable(values: pointwiseMax(table.values, .zero))
    return StateSeconds(positive.scaled(by: 1e-9), gilIsMeasured: gilIsMeasured)
  }

  private func worker(
    _ track: WorkerTrack, _ table: StateTable, gilIsMeasured: Bool
  ) -> ObservedWorker {
    let ended = track.endedNS ?? endedNS
    return ObservedWorker(
      kind: track.kind, pid: track.pid, tid: track.tid, name: track.name,
      startedSeconds: Double(track.startedNS - beganNS) / 1e9,
      endedSeconds: Double(max(ended, track.startedNS) - beganNS) / 1e9,
      totals: StateSeconds(table.scaled(by: 1e-9), gilIsMeasured: gilIsMeasured),
      switches: ContextSwitches(
        voluntary: Double(track.voluntary), involuntary: Double(track.involuntary)),
      startSeconds: track.firstRunNS.flatMap { first in
        track.countsBefore == nil || track.kind == .main || first < track.startedNS
          ? nil : Double(first - track.startedNS) / 1e9
      },
      cpus: track.cpus.flatMap { CPUList(numbers: $0)?.text },
      memory: track.memory ?? track.stackKiB.map { WorkerMemory(stackKiB: $0) },
      parent: track.kind == .thread ? track.pid : track.parent, beganIn: track.origin,
      tooShortWaits: shortWaits([track.tooShort(like: tally.mix(like: track))]),
      blockedLoop: switches == .exact ? track.loop.blocked : nil,
      io: track.io.map { WorkerIO($0.since(track.ioBefore)) })
  }

  private var tooShortWaits: ShortWaits? {
    shortWaits(
      tally.workers.map { $0.tooShort(like: tally.mix(like: $0)) } + [tally.foldedTooShort])
  }

  /// Where switches are sampled, waits can't be counted.
  private func shortWaits(_ parts: [(count: Int, nanoseconds: Double)]) -> ShortWaits? {
    let count = parts.reduce(0) { $0 + $1.count }
    guard switches == .exact, count > 0 else { return nil }
    let nanoseconds = parts.reduce(0) { $0 + $1.nanoseconds }
    return ShortWaits(count: count, meanSeconds: nanoseconds / Double(count) / 1e9)
  }

  private static func medianSeconds(_ nanoseconds: [UInt64]) -> Double? {
    Statistics.median(nanoseconds.map { Double($0) / 1e9 })
  }

  // MARK: The program as a whole

  /// The wall time in which at least one worker was in each state, at most.
  ///
  /// The sweep learns later than the workers' own sums that a woken worker was ready for a CPU, or how
  /// short waits divide: what the sums have beyond the sweep counts as if nobody else was in the state.
  ///
  /// - Parameter all: what the workers spent in each state, in nanoseconds.
  /// - Returns: wall seconds by state.
  private func wallOccupied(_ all: StateTable) -> [StateShare] {
    let missed = pointwiseMax(
      all.scaled(by: 1e-9).values - sweep.settled().workerSeconds.values, .zero)
    let most = SIMD16(repeating: wallSeconds)
    return StateTable(values: pointwiseMin(sweep.occupiedSeconds.values + missed, most)).shares
      .filter { $0.seconds > 0 }
  }

  private func lostCPU(_ sums: SweepSums) -> LostCPU {
    LostCPU(
      cpus: sweep.cpus, parts: sums.lostCPUSeconds.shares.filter { $0.seconds > 0 },
      noWorkerSeconds: sums.noWorkerSeconds, taken: taken)
  }

  private var outside: [ObservedIO] {
    tally.outsideNS.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10).map {
      ObservedIO(with: $0.key, waitSeconds: Double($0.value) / 1e9)
    }
  }

  private func timeline(of tracks: [WorkerTrack], areAll: Bool) -> ObservedTimeline {
    let rows = tracks.enumerated().map { index, track in
      var row = track.row
      row.match(tally.scale)
      return ObservedTimeline.Row(
        worker: index, first: row.first,
        seconds: withLost(
          row.seconds(resolvedBy: track.mix, like: tally.mix(like: track)), from: row.first,
          of: track
        ))
    }
    let span = Double(tally.scale.spanNS) / 1e9
    var timeline = ObservedTimeline(
      spanSeconds: span, spans: max(1, Int((wallSeconds / span).rounded(.up))), rows: rows)
    if areAll { timeline.curves = timeline.summed(wallSeconds: wallSeconds) }
    return timeline
  }

  private var cpusInUse: [CPUsInUse] {
    sweep.secondsByCPUs.enumerated().filter { $0.element > 0 }
      .map { CPUsInUse(cpus: $0.offset, seconds: $0.element) }
  }

  /// A worker's cells, of which the parts in which records were lost show what the kernel counted.
  private func withLost(_ cells: [[Float]], from first: Int, of track: WorkerTrack) -> [[Float]] {
    guard let states = track.statesInLost else { return cells }
    let shares = WorkerState.observed.map { Float(states[$0]) }
    return cells.enumerated().map { place, cell in
      let begin = tally.scale.originNS + UInt64(first + place) * tally.scale.spanNS
      let inLost = tally.lost.overlap(fromNS: begin, toNS: begin + tally.scale.spanNS)
      let part = Float(Double(inLost) / Double(tally.scale.spanNS))
      let sum = cell.reduce(0, +)
      return zip(cell, shares).map { $0 * (1 - part) + $1 * sum * part }
    }
  }

  // MARK: Other interpreters

  /// The most times that threads held locks which are listed, of all locks together.
  private static let mostHolds = 4_000

  /// Locks with where threads waited for each, and the longest time in which one held it and another waited.
  private func withPlaces(_ locks: [ObservedGIL]) -> [ObservedGIL] {
    let holds = gils.longestHolds
    let position = WorkerState.gil.position
    var room = Self.mostHolds
    return locks.map { lock in
      guard let spans = holds[lock.pid], lock.state == .on else { return lock }
      var waits: [Int32: [GILWaitCell]] = [:]
      for track in tally.workers where track.pid == lock.pid {
        var row = track.row
        row.match(tally.scale)
        let cells = row.seconds(resolvedBy: track.mix, like: tally.mix(like: track))
        waits[track.tid] = cells.enumerated().map { place, cell in
          let from = tally.scale.originNS + UInt64(row.first + place) * tally.scale.spanNS
          return GILWaitCell(
            fromNS: from, toNS: from + tally.scale.spanNS, seconds: Double(cell[position]))
        }
      }
      var lock = lock
      // A process may have several, and waits aren't known by interpreter.
      if locks.count(where: { $0.pid == lock.pid }) == 1 {
        lock.waitingFunctions = tally.gilPlaces[lock.pid]?.largest ?? []
      }
      lock.longestHold = GILHoldSpan.longestWaitedFor(spans, waits)
      // Nobody else could have it in a process of one thread.
      guard tally.threadedPIDs.contains(lock.pid) else { return lock }
      let holds = spans.filter { $0.firstNS >= beganNS }.sorted { $0.firstNS < $1.firstNS }
        .prefix(room)
      room -= holds.count
      lock.holds = holds.map {
        GILHolding(
          tid: $0.tid, startedSeconds: Double($0.firstNS - beganNS) / 1e9,
          seconds: Double($0.lengthNS) / 1e9)
      }
      return lock
    }
  }

  /// Processes whose runtime has a global lock, waits for which can't be recognised.
  private var runtimesWithUnknownLock: [Int32] {
    runtimes.filter { $0.value.whyLockIsUnknown != nil }.map(\.key)
  }

  /// The global locks of PyPy and Ruby, of which waits are known but not holders.
  private func otherGlobalLocks(waitSeconds: [Int32: Double]) -> [ObservedGIL] {
    runtimes.filter(\.value.hasGlobalLock).sorted { $0.key < $1.key }.map { pid, runtime in
      if let reason = runtime.whyLockIsUnknown {
        return ObservedGIL(
          pid: pid, state: .notMeasured, version: runtime.version, reason: reason)
      }
      return ObservedGIL(
        pid: pid, state: .on, version: runtime.version, waitSeconds: waitSeconds[pid] ?? 0)
    }
  }
}
