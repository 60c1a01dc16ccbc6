import TandemModel
package import TandemSystem

/// Watches a program from its first moment, or from now on, until it ends.
///
/// It blocks the calling thread, and does all its work there. The program is never stopped, and
/// nothing of it is changed: it would not notice if the watching ended.
package struct Observer: ~Copyable {
  /// Why a program can't be watched.
  package enum Failure: Error, Sendable {
    /// There are no exact records of switches.
    case noSwitchRecords(PerfEvents.Failure)
    /// The program could not be started: what execve(2) said.
    case notStarted(Errno)
    /// There is no such process.
    case noSuchProcess
    /// The process may not be looked into.
    case notOurs(Errno)
    /// There is no descriptor or no memory left for watching.
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
  ///   - shouldStop: asked in every round; whether to stop watching although the program goes on.
  /// - Returns: what was seen.
  /// - Throws: why the program can't be watched, or started; then it didn't run.
  package func watch(
    _ program: inout HeldProgram, shouldStop: () -> Bool
  ) throws(Failure) -> Observation {
    let pid = program.pid
    let before = Before()
    var records = try switchRecords(of: .nextExec(of: pid))
    let poller: Poller
    do throws(Errno) { poller = try Poller() } catch { throw .noResources(error) }
    let began = MonotonicClock.now()
    var cpus = ProgramCPUs(of: pid, nowNS: began)
    let usable = Double(cpus.now.effective)
    do throws(Errno) {
      try program.release()
    } catch {
      throw .notStarted(error)
    }
    try Self.add(program.endDescriptor, tag: 0, to: poller)
    var surroundings = Surroundings(
      mainPID: pid, isToldOfRunning: records.events != nil, nowNS: began)
    var seen: Observation?
    if let events = records.events.take() {
      var tracker = SwitchTracker(mainPID: pid, beganNS: began, cpus: usable)
      // Until its exec, the first thing that is recorded, it is woken and waits for a CPU.
      tracker.adopt(pid, of: pid, name: "", doing: .runnable, atNS: began)
      var eye = ExactEye(events, tracker: tracker, mainPID: pid)
      seen = follow(
        &eye, pid: pid, &surroundings, &cpus, poller, beganNS: began,
        mayGiveUp: options.switches == .automatic, hasEnded: { program.hasEnded() },
        shouldStop: shouldStop)
      if seen == nil {
        // It has only begun, and `/proc` shows what the records don't.
        records.whySampled = PerfEvents.Failure(stage: .following, errno: nil)
        surroundings = Surroundings(
          mainPID: pid, isToldOfRunning: false, nowNS: MonotonicClock.now())
      }
    }
    var observation: Observation
    if let seen {
      observation = seen
    } else {
      var eye = SampledEye(mainPID: pid, beganNS: began, cpus: usable)
      observation = watched(
        &eye, pid: pid, &surroundings, &cpus, poller, beganNS: began,
        hasEnded: { program.hasEnded() }, shouldStop: shouldStop)
    }
    if program.hasEnded() {
      do throws(Errno) {
        let end = try program.wait()
        observation.exit = end.status
        observation.usage = end.usage
      } catch {
        // Somebody else waited for it: how it ended isn't known.
        observation.exit = nil
      }
    }
    complete(&observation, records.whySampled, before)
    return observation
  }

  /// Watches a program that runs already, with everything that it started.
  ///
  /// - Parameters:
  ///   - pid: its first process.
  ///   - lengthNS: how many nanoseconds to watch it; nil for until its end.
  ///   - whenFollowed: called once everything from now on will be seen.
  ///   - shouldStop: asked in every round; whether to stop.
  /// - Returns: what was seen.
  /// - Throws: why the program can't be watched.
  package func watch(
    running pid: Int32, forNS lengthNS: UInt64?, whenFollowed: () -> Void = {},
    shouldStop: () -> Bool
  ) throws(Failure) -> Observation {
    let before = Before()
    var end: Descriptor?
    do throws(Errno) { end = try KernelCalls.openProcess(pid) } catch {
      switch error {
      case .noSuchProcess, .invalidArgument: throw .noSuchProcess
      // Its end is seen in the next round.
      case .notImplemented, .notPermitted, .accessDenied: break
      default: throw .noResources(error)
      }
    }
    // Whoever may not be looked into could only be seen to run, not what it waits for.
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
    var cpus = ProgramCPUs(of: pid, nowNS: began)
    let usable = Double(cpus.now.effective)
    var surroundings = Surroundings(
      mainPID: pid, isToldOfRunning: records.events != nil, nowNS: began)
    for other in there.processes where other.pid != pid {
      surroundings.begin(other.pid, parent: other.parent, nowNS: began)
    }
    func hasEnded() -> Bool {
      guard let glance = try? ThreadGlance.read(pid, of: pid) else { return true }
      return glance.hasEnded
    }
    func mustStop() -> Bool {
      shouldStop() || lengthNS.map { MonotonicClock.now() &- began >= $0 } ?? false
    }
    var observation: Observation
    if var events = records.events.take() {
      var tracker = SwitchTracker(mainPID: pid, beganNS: began, cpus: usable)
      // Threads that began while the first ones were being followed; their children will inherit.
      while case let late = there.newThreads(), !late.isEmpty {
        do throws(PerfEvents.Failure) { try events.follow(late.map(\.tid)) } catch { break }
      }
      for thread in there.threads {
        tracker.adopt(thread, atNS: began)
      }
      tracker.tally.segments.keep(atMost: options.mostSegments)
      var eye = ExactEye(events, tracker: tracker, mainPID: pid)
      whenFollowed()
      observation = watched(
        &eye, pid: pid, &surroundings, &cpus, poller, beganNS: began, hasEnded: hasEnded,
        shouldStop: mustStop)
    } else {
      var eye = SampledEye(mainPID: pid, wasThere: true, beganNS: began, cpus: usable)
      eye.tracker.tally.segments.keep(atMost: options.mostSegments)
      whenFollowed()
      observation = watched(
        &eye, pid: pid, &surroundings, &cpus, poller, beganNS: began, hasEnded: hasEnded,
        shouldStop: mustStop)
    }
    complete(&observation, records.whySampled, before)
    return observation
  }

  // MARK: Parts

  /// What had been counted when the watching began.
  private struct Before {
    var cpuNS = RUsage.now(.thread).cpuNS
    var stolenNS = StolenTime.read()
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
    // Without pidfd_open(2) the end is seen in the next round.
    guard descriptor >= 0 else { return }
    do throws(Errno) {
      try poller.add(descriptor, .readable, tag: tag)
    } catch {
      throw .noResources(error)
    }
  }

  /// As long as this after the beginning, another way to watch may take over.
  private static let beginningNS: UInt64 = 200_000_000

  private func watched<E: Eye & ~Copyable>(
    _ eye: inout E, pid: Int32, _ surroundings: inout Surroundings, _ cpus: inout ProgramCPUs,
    _ poller: borrowing Poller, beganNS: UInt64, hasEnded: () -> Bool, shouldStop: () -> Bool
  ) -> Observation {
    // Whoever may not give up has something to tell.
    follow(
      &eye, pid: pid, &surroundings, &cpus, poller, beganNS: beganNS, mayGiveUp: false,
      hasEnded: hasEnded, shouldStop: shouldStop)
      ?? eye.observation(surroundings, beganNS: beganNS, endedNS: MonotonicClock.now())
  }

  /// Watches until the end.
  ///
  /// - Returns: what was seen; nil, if that is allowed, when the eye has lost sight of the program near
  ///   its beginning.
  private func follow<E: Eye & ~Copyable>(
    _ eye: inout E, pid: Int32, _ surroundings: inout Surroundings, _ cpus: inout ProgramCPUs,
    _ poller: borrowing Poller, beganNS: UInt64, mayGiveUp: Bool, hasEnded: () -> Bool,
    shouldStop: () -> Bool
  ) -> Observation? {
    // Rounds come often enough for the rings. Being woken by them would cost more: every thread that
    // ends wakes whoever waits for them.
    var meter = LiveMeter(beganNS: beganNS)
    while !hasEnded(), !shouldStop() {
      eye.round(&surroundings, isLast: false)
      let now = MonotonicClock.now()
      if mayGiveUp, eye.hasLostSight, now &- beganNS < Self.beginningNS { return nil }
      if let change = cpus.look(nowNS: now, isDue: surroundings.mainIsReplaced) {
        eye.use(cpus: change.cpus, always: change.always)
      }
      surroundings.mainIsReplaced = false
      if let live = options.live, meter.age(nowNS: eye.knownNS) >= live.everyNS {
        live.show(meter.moment(eye.tally, eye.switches, nowNS: eye.knownNS))
      }
      _ = poller.wait(timeout: eye.pauseMilliseconds())
    }
    let ended = MonotonicClock.now()
    eye.readLastCounts(of: pid)
    eye.round(&surroundings, isLast: true)
    eye.finish(atNS: ended)
    cpus.readThrottling()
    var observation = eye.observation(surroundings, beganNS: beganNS, endedNS: ended)
    observation.cpus = cpus.now
    observation.throttledNS = cpus.throttledNS
    return observation
  }

  private func complete(
    _ observation: inout Observation, _ whySampled: PerfEvents.Failure?, _ before: Before
  ) {
    observation.whySampled = whySampled
    observation.observerCPUNS = RUsage.now(.thread).cpuNS - before.cpuNS
    if let stolen = before.stolenNS, let now = StolenTime.read() {
      observation.stolenNS = now - min(stolen, now)
    }
  }
}
