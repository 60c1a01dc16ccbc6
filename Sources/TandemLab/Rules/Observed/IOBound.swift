import TandemModel
import TandemText

/// The program mostly waited for I/O, or slept, with its CPUs idle.
package struct IOBound: ObservedRule {
  package let name = "io-bound"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let io = program.wallShare(.io)
    let sleep = program.wallShare(.sleep)
    guard io + sleep >= 0.5 else { return nil }
    let cause = io >= sleep ? "waiting for I/O" : "asleep by its own wish"
    let overlapped = program.concurrency >= 1.5
    let claim = """
      \(FigureText.percent(io + sleep)) of the wall time the program was \(cause)\
      \(io > 0.05 && sleep > 0.05 ? " or \(io >= sleep ? "asleep" : "waiting for I/O")" : ""), and \
      used \(FigureText.ratio(program.parallelism)) of \(FigureText.cpus(program.lostCPU.cpus))
      """
    let advice: String
    if overlapped {
      advice = """
        Threads are the right workers for this: \(FigureText.ratio(program.concurrency)) waits already \
        overlap on average; more workers would overlap more, if the other side can keep up.
        """
    } else {
      advice = """
        Let the waits overlap: start several workers at once; threads do, since waiting needs no CPU \
        (and no GIL).
        """
    }
    return finding(
      claim + ".",
      evidence: [
        "io_wall_share": io, "sleep_wall_share": sleep, "io_s": program.totals[.io],
        "sleep_s": program.totals[.sleep], "concurrency": program.concurrency,
        "parallelism": program.parallelism,
      ],
      advice: advice)
  }
}
