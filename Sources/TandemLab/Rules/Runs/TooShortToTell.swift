package import TandemModel
import TandemText

/// Runs so short that one turn of the scheduler, or the start of the program, decides.
package enum TooShortToTell {
  /// Models that were timed in so short runs.
  package struct InComparison: Rule {
    package let claim = Claim.tooShortToTell

    package init() {}

    /// A few turns of the scheduler (some milliseconds each, sched(7)) are as long as this.
    private static let shortestTrustedSeconds = 0.010
    /// A run this long makes such a turn a matter of a few per cent.
    private static let comfortableSeconds = 0.100

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      let results = comparison.ran
      let short = results.filter { ($0.medianSeconds ?? .infinity) < Self.shortestTrustedSeconds }
      guard let shortest = short.min(by: { ($0.medianSeconds ?? 0) < ($1.medianSeconds ?? 0) }),
        let wall = shortest.medianSeconds, wall > 0
      else { return [] }
      let sentence = """
        \(short.count) of \(results.count) cases ran for less than \
        \(FigureText.setting(seconds: Self.shortestTrustedSeconds)) (the shortest, \(shortest.label) \
        \(shortest.schedule.phrase), for \(FigureText.duration(wall))): one turn of the scheduler \
        takes about as long, so small differences between them may be chance.
        """
      return [
        conclusion(
          sentence,
          evidence: [
            "shortest_median_s": wall, "short_cases": Double(short.count),
            "cases": Double(results.count),
          ],
          potentialGain: nil,
          advice: advice(comparison.work, factor: Self.comfortableSeconds / wall))
      ]
    }

    private func advice(_ work: WorkSummary, factor: Double) -> String {
      let goal = "for runs of about \(FigureText.setting(seconds: Self.comfortableSeconds))"
      if let workTime = work.workTimeSeconds {
        return """
          Give each item more work: raise --work-time to about \(FigureText.duration(workTime * factor)), \
          \(goal).
          """
      }
      if let iterations = work.iterations {
        let more = Double(iterations) * factor
        return "Give each item more work: try --iterations \(roundedUp(more)) \(goal)."
      }
      return
        """
        Give each call more to do, or make about \(FigureText.count(roundedUp(Double(work.items) * factor))) \
        calls \(goal): with --items or, where a file has the arguments, with more elements in it.
        """
    }

    /// A number rounded up to one significant digit: advice needs no more.
    private func roundedUp(_ value: Double) -> Int {
      var unit = 1.0
      while value / unit >= 10 { unit *= 10 }
      return Int((value / unit).rounded(.up) * unit)
    }
  }

  /// A program that ended before much could be seen.
  package struct InProgram: Rule {
    package let claim = Claim.tooShortToTell

    /// The shortest run that is judged, in seconds: starting takes an interpreter tens of milliseconds, and
    /// a wait is looked into some milliseconds after it began.
    static let shortestJudgedSeconds = 0.1

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      // One that was observed for a moment of its life didn't run shortly.
      guard program.wallSeconds > 0, program.wallSeconds < Self.shortestJudgedSeconds,
        program.exit != nil
      else { return [] }
      return [
        conclusion(
          """
          The program ran for \(FigureText.duration(program.wallSeconds)), which is too short to judge: \
          much of it is the program's own start.
          """,
          evidence: ["wall_s": program.wallSeconds, "on_cpu_s": program.totals[.onCPU]],
          potentialGain: nil,
          advice: Self.advice(program))
      ]
    }

    private static func advice(_ program: ExplainReport) -> String {
      guard let left = program.leftRunning.first else {
        return "Give it more work, so that it runs for a second or longer, and look again."
      }
      return """
        Observe what it left running: tandem explain --pid \(left.pid) (\(left.name)).
        """
    }
  }
}
