import TandemModel
package import TandemSystem

/// Observes a program from its first moment, or from now on, until it ends.
///
/// Blocks the calling thread and does all its work there. The program is never stopped or changed, and
/// doesn't notice when the observation ends.
package struct Observer: ~Copyable {
  /// Why a program can't be observed.
  package enum Failure: Error, Sendable {
    /// There are no exact records of switches.
    case noSwitchRecords(PerfEvents.Failure)
    /// The program could not be started: what execve(2) said.
    case notStarted(Errno)
    /// There is no such process.
    case noSuchProcess
    /// This user isn't allowed to inspect the process.
    case notOurs(Errno)
    /// No descriptor or no memory is left.
    case noResources(Errno)
  }

  private let options: ObservationOptions

  /// Makes an observer.
  ///
  /// - Parameter options: how to observe.
  package init(_ options: ObservationOptions) { self.options = options }

  /// Lets a held program go and watches it until its end.
  ///
  /// - Parameters:
  ///   - program: a program that is held before its exec; it is released here.
  ///   - shouldStop: called in every round; returns whether to stop although the program still runs.
  /// - Returns: the observation.
  /// - Throws: why the program can't be observed or started; it has not run then.
  package func watch(
    _ program: inout StoppedLaunch, shouldStop: () -> Bool
  ) throws(Failure) -> Observation {
    let pid = program.pid
    var before = Before()
    var records = try switchRecords(of: .nextExec(of: pid))
    let poller: Poller
    do throws(Errno) { poller = try Poller() } catch { throw .noResources(error) }
    let began = MonotonicClock.now()
    before.machine.before = MachineUse.Moment()
    var cpus = ProgramCPUs(of: pid, nowNS: began)
    let usable = Double(cpus.now.effective)
    do throws(Errno) {
      try program.release()
    } catch {
      throw .notStarted(error)
    }
    try Self.add(program.endDescriptor, tag: 0, to: poller)
    var context = ObservationContext(
      mainPID: pid, cpus: cpus.numbers, file: program.file,
      reportsRunning: records.events != nil, nowNS: began)
    var seen: Observation?
    if let events = records.events.take() {
      var tracker = SwitchTracker(mainPID: pid, beganNS: began, cpus: usable)
      // Until its exec, which is the first record, it counts as woken and waiting for a CPU.
      tracker.adopt(pid, of: pid, name: "", doing: .runnable, atNS: began)
      tracker.findsLauncher = options.findsLauncher
      (tracker.sink, context.sink) = (options.sink, options.sink)
      options.sink?.began(atNS: began)
      tracker.tally.segments.keep(atMost: options.mostSegments)
      var source = TracedSwitches(events, tracker: tracker, mainPID: pid, wasHeld: true)
      seen = follow(
        &source, pid: pid, &context, &cpus, poller, beganNS: began,
        mayGiveUp: options.switches == .automatic, hasEnded: { program.hasEnded() },
        shouldStop: shouldStop)
      if seen == nil {
        // The program has only begun, and `/proc` shows what the records don't.
        records.whySampled = PerfEvents.Failure(stage: .following, errno: nil)
        context = ObservationContext(
          mainPID: pid, cpus: cpus.numbers, file: program.file, reportsRunning: false,
          nowNS: MonotonicClock.now())
      }
    }
    var observation: Observation
    if let seen {
      observation = seen
    } else {
      var source = SampledSwitches(
        mainPID: pid, beganNS: began, cpus: usable, findsLauncher: options.findsLauncher)
      observation = watched(
        &source, pid: pid, &context, &cpus, poller, beganNS: began,
        hasEnded: { program.hasEnded() }, shouldStop: shouldStop)
    }
    if program.hasEnded() {
      do throws(Errno) {
        let end = try program.wait()
        observation.exit = end.status
        observation.usage = end.usage
      } catch {
        // Another thread has reaped it, so how it ended is unknown.
        observation.exit = nil
      }
    }
    complete(&observation, records.whySampled, before, pids: [pid])
    return observation
  }

  /// Observes a running program and everything that it started.
  ///
  /// - Parameters:
  ///   - pid: its first process.
  ///   - lengthNS: how many nanoseconds to observe it; nil means until its end.
  ///   - whenFollowed: called once, when everything that follows will be observed.
  ///   - shouldStop: called in every round; returns whether to stop.
  /// - Returns: the observation.
  /// - Throws: why the program can't be observed.
  package func watch(
    running pid: Int32, forNS lengthNS: UInt64?, whenFollowed: () -> Void = {},
    shouldStop: () -> Bool
  ) throws(Failure) -> Observation {
    var before = Before()
    var end: Descriptor?
    do throws(Errno) { end = try KernelCalls.openProcess(pid) } catch {
      switch error {
      case .noSuchProcess, .invalidArgument: throw .noSuchProcess
      // Without it, the end is noticed in the next round.
      case .notImplemented, .notPermitted, .accessDenied: break
      default: throw .noResources(error)
      }
    }
    // Of a process that can't be inspected, only its running would be seen, not what it waits for.
    do throws(Errno) { _ = try ProcFile.bytes("/proc/\(pid)/syscall") } catch {
      throw error == .noSuchFile || error == .noSuchProcess ? .noSuchProcess : .notOurs(error)
    }
    let poller: Poller
    do throws(Errno) { poller = try Poller() } catch { throw .noResources(error) }
    switch end {
    case .some(let end): try Self.add(end.rawValue, tag: 0, to: poller)
    case nil: break
    }
    var there = RunningProgram(pid: pid)
    var records = try switchRecords(of: .threads(there.newThreads().map(\.tid)))
    let began = MonotonicClock.now()
    before.machine.before = MachineUse.Moment()
    var cpus = ProgramCPUs(of: pid, nowNS: began)
    let usable = Double(cpus.now.effective)
    var context = ObservationContext(
      mainPID: pid, cpus: cpus.numbers, reportsRunning: records.events != nil, nowNS: began)
    for other in there.processes where other.pid != pid {
      context.begin(other.pid, parent: other.parent, nowNS: began)
    }
    func hasEnded() -> Bool {
      guard let stat = try? ThreadStat.read(pid, of: pid) else { return true }
      return stat.hasEnded
    }
    func mustStop() -> Bool {
      shouldStop() || lengthNS.map { MonotonicClock.now() &- began >= $0 } ?? false
    }
    var observation: Observation
    if var events = records.events.take() {
      var tracker = SwitchTracker(mainPID: pid, beganNS: began, cpus: usable)
      // Threads that began meanwhile. Children of followed threads inherit the events.
      while case let late = there.newThreads(), !late.isEmpty {
        do throws(PerfEvents.Failure) { try events.follow(late.map(\.tid)) } catch { break }
      }
      there.readStates()
      (tracker.sink, context.sink) = (options.sink, options.sink)
      options.sink?.began(atNS: began)
      for thread in there.threads {
        tracker.adopt(thread, atNS: began)
      }
      tracker.tally.segments.keep(atMost: options.mostSegments)
      var source = TracedSwitches(events, tracker: tracker, mainPID: pid, wasHeld: false)
      whenFollowed()
      observation = watched(
        &source, pid: pid, &context, &cpus, poller, beganNS: began, hasEnded: hasEnded,
        shouldStop: mustStop)
    } else {
      var source = SampledSwitches(mainPID: pid, wasThere: true, beganNS: began, cpus: usable)
      source.tracker.tally.segments.keep(atMost: options.mostSegments)
      whenFollowed()
      observation = watched(
        &source, pid: pid, &context, &cpus, poller, beganNS: began, hasEnded: hasEnded,
        shouldStop: mustStop)
    }
    complete(
      &observation, records.whySampled, before, pids: Set(there.processes.map(\.pid)))
    return observation
  }

  // MARK: Parts

  /// Counters at the beginning of the observation.
  private struct Before {
    var machine = MachineUse()
    var cpuNS = RUsage.now(.thread).cpuNS
    var startedTasks = StartedTasks.read()
  }

  /// The records, or why there are none.
  private struct Records: ~Copyable {
    var events: SwitchEvents?
    var whySampled: PerfEvents.Failure?
  }

  private func switchRecords(
    of target: SwitchEvents.Target
  ) throws(Failure) -> Records {
    guard options.switches != .sampled else { return Records() }
    do throws(PerfEvents.Failure) {
      return Records(
        events: try SwitchEvents(following: target, eventsPerCPU: options.eventsPerCPU))
    } catch {
      guard options.switches == .automatic else { throw .noSwitchRecords(error) }
      return Records(whySampled: error)
    }
  }

  private static func add(_ descriptor: CInt, tag: UInt64, to poller: borrowing Poller)
    throws(Failure)
  {
    // Without pidfd_open(2), the end is noticed in the next round.
    guard descriptor >= 0 else { return }
    do throws(Errno) {
      try poller.add(descriptor, .readable, tag: tag)
    } catch {
      throw .noResources(error)
    }
  }

  /// Up to this time after the beginning, sampling may take over from tracing.
  private static let beginningNS: UInt64 = 200_000_000

  private func watched<Source: SwitchSource & ~Copyable>(
    _ source: inout Source, pid: Int32, _ context: inout ObservationContext,
    _ cpus: inout ProgramCPUs,
    _ poller: borrowing Poller, beganNS: UInt64, hasEnded: () -> Bool, shouldStop: () -> Bool
  ) -> Observation {
    // `follow` returns nil only when `mayGiveUp` is true.
    follow(
      &source, pid: pid, &context, &cpus, poller, beganNS: beganNS, mayGiveUp: false,
      hasEnded: hasEnded, shouldStop: shouldStop)
      ?? source.observation(context, beganNS: beganNS, endedNS: MonotonicClock.now())
  }

  /// Observes the program until its end.
  ///
  /// - Returns: the observation; nil when `mayGiveUp` is true and the program's first process became
  ///   untraced near its beginning.
  private func follow<Source: SwitchSource & ~Copyable>(
    _ source: inout Source, pid: Int32, _ context: inout ObservationContext,
    _ cpus: inout ProgramCPUs,
    _ poller: borrowing Poller, beganNS: UInt64, mayGiveUp: Bool, hasEnded: () -> Bool,
    shouldStop: () -> Bool
  ) -> Observation? {
    // Rounds are frequent enough for the rings. Polling the rings would cost more, since every thread
    // that ends wakes the poller.
    var meter = LiveMeter(beganNS: beganNS)
    var standstills = StandstillWatch()
    var endsStill = false
    var machine: MachineUse?
    while !hasEnded(), !shouldStop() {
      source.round(&context, isLast: false)
      let now = MonotonicClock.now()
      context.readData(into: source.tally, nowNS: now, isLast: false)
      if context.launcherHasEnded {
        // All that is added up begins anew.
        (machine, standstills) = (MachineUse(), StandstillWatch())
        context.launcherHasEnded = false
      }
      if mayGiveUp, source.isMainUntraced, now &- beganNS < Self.beginningNS { return nil }
      let change = cpus.update(
        nowNS: now, isDue: context.mainIsReplaced,
        isOwnDoing: context.masks.isOwnDoing(of: pid))
      if let change { source.use(cpus: change.cpus, always: change.always) }
      context.masks.given = cpus.numbers
      context.mainIsReplaced = false
      if let live = options.live, meter.age(nowNS: source.knownNS) >= live.everyNS {
        live.show(meter.moment(source.tally, source.switches, nowNS: source.knownNS))
      }
      if standstills.isDue(nowNS: source.knownNS) {
        standstills.step(source.stillWorkers, &context, nowNS: source.knownNS)
      }
      if options.endsWhenStill, standstills.isStillForGood {
        endsStill = true
        break
      }
      _ = poller.wait(timeout: source.pauseMilliseconds())
    }
    let ended = MonotonicClock.now()
    let machineAtEnd = MachineUse.Moment()
    source.readLastCounts(of: pid)
    context.readData(into: source.tally, nowNS: ended, isLast: true)
    source.round(&context, isLast: true)
    standstills.finish(source.stillWorkers, nowNS: ended)
    context.gils.giveHolds()
    source.finish(atNS: ended)
    context.sink?.ended(atNS: ended)
    cpus.readThrottling()
    var observation = source.observation(context, beganNS: beganNS, endedNS: ended)
    observation.cpus = cpus.now
    observation.cpuNumbers = cpus.numbers
    observation.machineAtEnd = machineAtEnd
    observation.throttledNS = cpus.throttledNS
    observation.standstills = standstills.all
    observation.machineAfterLauncher = machine
    observation.endedWhileStill = endsStill
    return observation
  }

  private func complete(
    _ observation: inout Observation, _ whySampled: PerfEvents.Failure?, _ before: Before,
    pids: Set<Int32>
  ) {
    observation.whySampled = whySampled
    if observation.exit != nil { observation.leftRunning = LeftRunning.processes(of: observation) }
    // What goes on isn't in the account, and what a launcher did isn't in the tally.
    if let usage = observation.usage, observation.leftRunning.isEmpty {
      let launcher = (observation.launcher?.cpuSeconds ?? 0) * 1e9
      let accounted = max(0, Double(usage.cpuNS) - launcher)
      observation.tally.fitRunInLost(to: accounted)
      if observation.switches == .exact { observation.tally.fitLaterSwitching(to: accounted) }
    }
    observation.observerCPUNS = RUsage.now(.thread).cpuNS - before.cpuNS
    if observation.launcher == nil, let started = before.startedTasks, let now = StartedTasks.read()
    {
      observation.startedOnMachine = now - started
    }
    let machine = observation.machineAfterLauncher ?? before.machine
    (observation.stolenNS, observation.taken) = machine.until(
      observation.machineAtEnd ?? MachineUse.Moment(), MachineUse.Program(observation, pids: pids))
  }
}
