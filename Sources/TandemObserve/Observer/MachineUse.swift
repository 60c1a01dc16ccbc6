import TandemModel
import TandemSystem

/// What the machine's CPUs did while a program was observed, to tell who used the program's.
///
/// Two measurements bound what other programs used. `/proc/stat` says how long the program's CPUs were busy,
/// from which the program's own time and the observer's are taken away. That alone proves nothing: the kernel
/// accounts some of a program's time to nobody whom the program has waited for. So the accounts of the other
/// processes themselves must show as much. Where they can't be seen, as in a container, only time in user
/// mode counts, and only if every switch of the program is known.
struct MachineUse {
  /// One moment of the machine.
  struct Moment {
    private(set) var timeNS = MonotonicClock.now()
    private(set) var times = CPUTimes.read()
    private(set) var observerNS = RUsage.now(.process).cpuNS
  }

  private let accounts: ProcessAccounts
  /// The moment at which the observed time begins.
  var before: Moment

  /// Reads the machine before the observation.
  init() {
    // Not in the observed time: reading some hundred processes takes milliseconds.
    accounts = ProcessAccounts.read()
    before = Moment()
  }

  /// Nanoseconds of one step of the machine's figures.
  private static let tickNS = Double(CPUTimes.tickNS)

  /// What was observed of the program, as far as it matters here.
  struct Program {
    /// The CPUs that it could use.
    var cpus: [Int]
    /// Its first process, and further ones that were there before.
    var pids: Set<Int32>
    /// CPU nanoseconds that it used, by whichever account shows most.
    var cpuNS: Double
    /// Whether all its CPU time is known.
    var isComplete: Bool
  }

  /// The time that the host of a virtual machine took from all CPUs meanwhile, and who used the program's.
  ///
  /// - Parameters:
  ///   - now: the end of the observed time, which has just passed.
  ///   - program: the program.
  /// - Returns: both; nil each where the kernel doesn't tell.
  func until(_ now: Moment, _ program: Program) -> (stolenNS: UInt64?, taken: TakenCPU?) {
    guard let then = before.times, let times = now.times else { return (nil, nil) }
    let stolenNS = times.all.since(then.all).stolenNS
    guard !program.cpus.isEmpty, let first = then.sum(of: program.cpus),
      let last = times.sum(of: program.cpus)
    else { return (stolenNS, nil) }
    let own = last.since(first)
    let use = Use(
      times: own, elsewhereNS: Self.busyNS(times.all.since(then.all)) - Self.busyNS(own),
      cpus: program.cpus.count,
      lengthNS: Double(now.timeNS &- before.timeNS),
      observerNS: Double(now.observerNS &- min(now.observerNS, before.observerNS)))
    let most = use.mostOfOthersNS(beside: program)
    var processes: [ProcessAccounts.Other]?
    // Reading all processes again is left out where they can't matter.
    if accounts.isWhole, most > use.errorNS {
      let later = ProcessAccounts.read()
      if later.isWhole {
        processes = later.others(
          since: accounts, ownPID: ServerLaunch.ownPID, program: program.pids)
      }
    }
    return (stolenNS, use.taken(beside: program, processes, mayKnowAll: accounts.isWhole))
  }

  private static func busyNS(_ times: CPUTimes.Times) -> Double {
    Double(times.userNS + times.systemNS)
  }

  /// What the program's CPUs did.
  struct Use {
    /// Of all of them together.
    var times: CPUTimes.Times
    /// How long programs ran on the machine's other CPUs.
    var elsewhereNS = 0.0
    /// How many they are.
    var cpus: Int
    /// The wall time.
    var lengthNS: Double
    /// What the observer's process used, on whatever CPU.
    var observerNS: Double

    /// What the error of a sum over the CPUs hardly exceeds.
    ///
    /// Each of three figures of a CPU is rounded down to a tick, at the beginning and at the end. Their
    /// difference is off by up to a tick, by √(1/6) of one in the mean square; this is four times that of
    /// the sum.
    var errorNS: Double { 4 * MachineUse.tickNS * (Double(3 * cpus) / 6).squareRoot() }

    /// CPU nanoseconds that others than the program and the observer can have used.
    ///
    /// A CPU's time is counted twice. What it was busy with is found by looking at each tick of the kernel's
    /// clock; how long it was idle is measured, except by kernels without dynamic ticks. The smaller figure
    /// counts. Interrupts are nobody's.
    func mostOfOthersNS(beside program: Program) -> Double {
      let idle = Double(times.idleNS + times.interruptNS + (times.stolenNS ?? 0))
      let busy = min(
        Double(times.userNS + times.systemNS), Double(cpus) * lengthNS - idle)
      return max(0, busy - program.cpuNS - observerNS)
    }

    /// What is sure.
    ///
    /// - Parameters:
    ///   - program: the program.
    ///   - processes: what the other processes used; nil when that wasn't read.
    ///   - mayKnowAll: whether all other processes can be seen.
    /// - Returns: who used the program's CPUs.
    func taken(
      beside program: Program, _ processes: [ProcessAccounts.Other]?, mayKnowAll: Bool
    ) -> TakenCPU {
      let most = mostOfOthersNS(beside: program)
      var others: Double?
      var named: [OtherProgram] = []
      if let processes {
        let used = processes.reduce(0) { $0 + Double($1.ticks) * MachineUse.tickNS }
        // What ran on other CPUs, the accounts don't tell.
        others = min(most, max(0, used - max(0, elsewhereNS)))
        named = processes.map {
          OtherProgram(
            pid: $0.pid, name: $0.name, cpuSeconds: Double($0.ticks) * MachineUse.tickNS / 1e9)
        }
      } else if mayKnowAll, most <= errorNS {
        others = 0
      } else if !mayKnowAll, program.isComplete {
        others = min(most, max(0, Double(times.userNS) - program.cpuNS - observerNS))
      }
      if let sure = others, sure <= errorNS { (others, named) = (0, []) }
      return TakenCPU(
        othersSeconds: others.map { $0 / 1e9 }, errorSeconds: errorNS / 1e9,
        others: Array(named.prefix(TakenCPU.mostOthers)), tandemSeconds: observerNS / 1e9,
        stolenSeconds: times.stolenNS.map { Double($0) / 1e9 },
        idleSeconds: Double(times.idleNS) / 1e9)
    }
  }
}

extension MachineUse.Program {
  /// Takes what matters from an observation.
  ///
  /// - Parameters:
  ///   - observation: the observation, complete but for this.
  ///   - pids: the program's first process, and further ones that were there before.
  init(_ observation: Observation, pids: Set<Int32>) {
    // Both may lack something: the kernel's account what was never waited for, the records what was lost.
    let seen = observation.seenCPUNS
    let used =
      max(seen, Double(observation.usage?.cpuNS ?? 0))
      - (observation.launcher?.cpuSeconds ?? 0) * 1e9
    self.init(
      cpus: observation.cpuNumbers, pids: pids, cpuNS: used,
      isComplete: observation.switches == .exact && observation.lostRecords == 0
        && observation.untraced.isEmpty)
  }
}
