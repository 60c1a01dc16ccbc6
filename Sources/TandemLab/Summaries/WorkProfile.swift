package import TandemModel

/// Whether work computes or waits.
package struct WorkProfile: Sendable, Equatable {
  /// The kinds of work that call for different workers.
  package enum Nature: Sendable, Equatable {
    /// At least four fifths of the time in a body wants a CPU.
    case cpuBound
    /// At most one fifth does.
    case ioBound
    /// Something between.
    case mixed
  }

  /// What the work is like.
  package var nature: Nature
  /// The share of the time in bodies that wants a CPU (running or ready to); nil when not measured.
  package var cpuShare: Double?

  /// Measures the profile.
  ///
  /// Serial runs tell best, since no worker disturbs another there; then processes, which share no
  /// lock. Threads don't tell: waiting for a global lock looks like waiting for anything else. With
  /// neither, the work's declared kind decides.
  ///
  /// - Parameters:
  ///   - work: what was run.
  ///   - results: the models that ran.
  ///   - interpreter: the interpreter whose runs to look at; nil for Swift.
  package init(of work: WorkSummary, results: [ModelResult], interpreter: InterpreterSummary?) {
    let own = results.filter { $0.interpreter == interpreter }
    let candidates =
      own.filter { $0.model.workerKind == .none } + own.filter { $0.model.isProcesses }
    let share = candidates.lazy.compactMap(Self.cpuShare).first
    cpuShare = share
    if let share {
      nature = share >= 0.8 ? .cpuBound : share <= 0.2 ? .ioBound : .mixed
    } else {
      nature =
        switch work.kind {
        case .squares, .cpu: .cpuBound
        case .io: .ioBound
        case .mixed, .pythonFunction, .swiftTask: .mixed
        }
    }
  }

  private static func cpuShare(of result: ModelResult) -> Double? {
    guard let onCPU = result.onCPUSeconds else { return nil }
    if let runnable = result.runnableSeconds, let blocked = result.blockedSeconds {
      let all = onCPU + runnable + blocked
      return all > 0 ? (onCPU + runnable) / all : nil
    }
    guard let concurrency = result.concurrency, let median = result.medianSeconds else {
      return nil
    }
    let bodies = concurrency * median
    return bodies > 0 ? min(onCPU / bodies, 1) : nil
  }
}

extension WorkProfile {
  /// How many workers can have a CPU whenever they want one: CPUs over the share of its time in which the
  /// work wants one.
  ///
  /// - Parameter cpus: how many CPUs there are.
  /// - Returns: at least `cpus`; just that where the share is not known.
  package func workersWithACPU(cpus: Int) -> Int {
    guard let cpuShare else { return cpus }
    return max(cpus, Int(min(Double(cpus) / max(cpuShare, 1e-6), 1e9)))
  }
}
