package import TandemModel
import TandemText

/// The work waits rather than computes, and threads wait as well as processes do.
package struct IOBoundThreadsSuffice: Rule {
  package let name = "io-bound-threads-suffice"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.runtimes.compactMap { evaluate(context, interpreter: $0) }
  }

  private func evaluate(
    _ context: RuleContext, interpreter: InterpreterSummary?
  ) -> Finding? {
    let profile = context.profile(under: interpreter)
    guard profile.nature == .ioBound, let cpuShare = profile.cpuShare,
      let threads = context.fastest(
        on: .allAtOnce, interpreter: interpreter, where: \.isUsableThreads),
      let concurrency = threads.concurrency, concurrency >= 1.5,
      let wall = threads.medianSeconds
    else { return nil }
    let processes = context.fastest(
      on: .allAtOnce, interpreter: interpreter, where: \.isProcesses)
    if let other = processes?.medianSeconds, wall > other * PairedRatio.margin { return nil }

    var claim = """
      The work waits: its bodies want a CPU for \(FigureText.percent(cpuShare)) of their time, and \
      \(threads.label) kept \(FigureText.ratio(concurrency)) of them in progress at once in \
      \(FigureText.duration(wall))
      """
    if let processes, let other = processes.medianSeconds {
      claim += """
        ; processes add nothing (\(processes.label): \(FigureText.duration(other)))
        """
    }
    var advice = "Use threads: a thread that waits costs no CPU"
    if interpreter?.hasGlobalLock == true { advice += ", and the GIL is released while it waits" }
    if let stack = threads.memory.stackKiBPerWorker, let uss = processes?.memory.ussKiBPerWorker,
      uss > stack
    {
      advice += """
        ; a thread keeps \(FigureText.memory(kib: stack)) of stack where a process keeps \
        \(FigureText.memory(kib: uss)) for itself
        """
    }
    return finding(
      claim + ".",
      evidence: [
        "cpu_share": cpuShare, "concurrency": concurrency, "threads_median_s": wall,
        "processes_median_s": processes?.medianSeconds,
      ],
      advice: advice + ".")
  }
}
