package import TandemModel
import TandemText

/// Workers that live at the same time pass on a turn, so no two are ever at work at once.
package struct WorkersTookTurns: Rule {
  package let claim = Claim.workersTookTurns

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    // That two were never at work at once, only records of all switches show.
    guard program.readyTimeIsRecorded else { return [] }
    // Where waits for a GIL could not be told from others, the turn may be the GIL's.
    guard let work = WorkInTurn(program), work.isInTurns, program.totals.gilSeconds != nil else {
      return []
    }
    return [
      conclusion(
        """
        The program started \(work.counted) that lived at the same \
        time but took turns: no two of them were ever at work at once, and they waited \
        \(FigureText.duration(work.waitingSeconds)) for a turn.
        """,
        evidence: work.evidence, potentialGain: work.gainByOverlap,
        advice: """
          Let each worker begin before the previous one has finished, or let one worker do all of the \
          work: each hand-over costs a wake-up and gains nothing.
          """)
    ]
  }
}
