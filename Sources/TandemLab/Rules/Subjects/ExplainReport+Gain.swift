import TandemModel
import TandemText

/// What curing something could save of a program's wall time, at most.
///
/// Two bounds hold for every cure that leaves the computing as it is. The last of the work can't end before
/// the CPUs have done all of it: wall time ≥ CPU time ÷ CPUs. And removing a kind of wait shortens only
/// moments in which some worker waits so: on the way that decides the end, one worker follows another, and
/// each is in one state at a time.
extension ExplainReport {
  /// Wall seconds in which at least one worker was in a state, at most.
  func occupied(_ state: WorkerState) -> Double { wallOccupied.seconds(state) }

  /// Wall seconds beyond what the CPUs need for the program's CPU time.
  private var secondsBeyondCPUTime: Double {
    let cpus = max(lostCPU.cpus, .leastNonzeroMagnitude)
    return max(0, wallSeconds - totals[.onCPU] / cpus)
  }

  /// What could be saved if no worker ever waited in some ways.
  ///
  /// Waits for an unknown reason, or too short to look into, may be of the same kind, so they count too.
  ///
  /// - Parameters:
  ///   - states: the ways of waiting.
  ///   - what: what the workers do then, such as `waited for a lock`.
  /// - Returns: the bound; nil when there is no wall time.
  func gain(without states: [WorkerState], _ what: String) -> PotentialGain? {
    let known = states.reduce(0) { $0 + occupied($1) }
    let unknown = [WorkerState.other, .tooShort].filter { !states.contains($0) }
      .reduce(0) { $0 + occupied($1) }
    let maybe = unknown >= 0.01 * wallSeconds ? ", or for an unknown reason" : ""
    return gain(atMost: known + unknown, "the time in which a worker \(what)\(maybe)")
  }

  /// What could be saved if the work filled the CPUs at every moment.
  ///
  /// - Returns: the bound; nil when there is no wall time.
  func gainByFillingCPUs() -> PotentialGain? { gain(atMost: .infinity, "") }

  /// What a cure that leaves the computing as it is could save.
  ///
  /// - Parameters:
  ///   - seconds: a bound in wall seconds.
  ///   - basis: how it was reckoned, one clause; not needed when the bound is infinite.
  /// - Returns: that bound, or what the CPUs don't need where that is less; nil when there is no wall time.
  func gain(atMost seconds: Double, _ basis: String) -> PotentialGain? {
    guard wallSeconds > 0, !seconds.isNaN else { return nil }
    let rest = secondsBeyondCPUTime
    guard seconds >= rest else {
      return PotentialGain(seconds: max(0, seconds), wallSeconds: wallSeconds, basis: basis)
    }
    return PotentialGain(
      seconds: rest, wallSeconds: wallSeconds,
      basis: """
        the rest is its \(FigureText.duration(totals[.onCPU])) of CPU time, on \
        \(FigureText.cpus(lostCPU.cpus))
        """)
  }

  /// What a cure that also saves CPU time could save.
  ///
  /// - Parameters:
  ///   - seconds: a bound in wall seconds.
  ///   - basis: how it was reckoned, one clause.
  /// - Returns: that bound; nil when there is no wall time.
  func gainOfCPUTimeToo(atMost seconds: Double, _ basis: String) -> PotentialGain? {
    guard wallSeconds > 0, seconds.isFinite else { return nil }
    return PotentialGain(
      seconds: min(max(0, seconds), wallSeconds), wallSeconds: wallSeconds, basis: basis)
  }
}

extension PotentialGain {
  /// What a cure saves that was measured next to what is cured; nothing where it takes no less time.
  ///
  /// - Parameters:
  ///   - cured: the wall time with the cure, in seconds.
  ///   - wall: the wall time without it.
  ///   - basis: where both come from, one clause.
  /// - Returns: the difference, or 0.
  static func measured(_ cured: Double, insteadOf wall: Double, _ basis: String) -> PotentialGain {
    PotentialGain(seconds: max(0, wall - cured), wallSeconds: wall, basis: basis)
  }
}
