import TandemModel

/// Nothing stood in the way: the program used the CPUs that its workers could use.
package struct NothingInTheWay: ObservedRule {
  package let name = "nothing-in-the-way"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    // Where a GIL could not be measured, that it wasn't in the way can't be said.
    guard program.wallS > 0, program.totals.gilS != nil else { return nil }
    let onCPU = program.wallShare(.onCPU)
    let cpus = program.lostCPU.cpus
    guard onCPU >= 0.75 else { return nil }
    let serial = program.parallelism < 1.2 && cpus >= 2
    return finding(
      """
      \(Wording.percent(onCPU)) of the wall time went to computing, on \
      \(Wording.number(program.parallelism)) of \(Wording.number(cpus)) CPUs; no worker waited for \
      anything that matters.
      """,
      evidence: ["on_cpu_wall_share": onCPU, "parallelism": program.parallelism, "cpus": cpus],
      advice: serial
        ? "One worker computes all the time: to be faster, divide its work among several."
        : "It uses what it can: only less work, or more CPUs, would make it faster.")
  }
}
