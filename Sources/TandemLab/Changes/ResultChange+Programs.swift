package import TandemModel
import TandemText

extension ResultChange {
  /// Compares two observed programs.
  ///
  /// One observed run each shows nothing; where both reports have runs that were not observed (`--cost-runs`),
  /// these are compared.
  ///
  /// - Parameters:
  ///   - before: The first result.
  ///   - after: The second.
  ///   - allowed: How much slower is allowed, as a share; nil where nothing is checked.
  package init(_ before: ExplainReport, _ after: ExplainReport, allowed: Double? = nil) {
    let margin = Self.margin(allowed)
    let observed = ExplainDifference(first: before, second: after)
    let plain = [before, after].map { $0.observer.cost?.plainWallSeconds ?? [] }
    let isRepeated = plain.allSatisfy { !$0.isEmpty }
    let wall = ComparedRuns(
      isRepeated ? "wall time, not observed" : "wall time",
      isRepeated ? plain[0] : [before.wallSeconds], isRepeated ? plain[1] : [after.wallSeconds],
      margin: margin)
    let figures = [
      ComparedRuns(
        "CPU time of the observed run", [before.cpuSeconds], [after.cpuSeconds],
        margin: margin),
      ComparedRuns("concurrency", average: before.concurrency, after.concurrency),
      ComparedRuns("CPUs used", average: before.parallelism, after.parallelism),
    ]
    let sentence = ChangeSentence(row: wall.row, subject: "the command", margin: margin).text
    var unlike = UnlikeResults(
      (before.machine, before.tandemVersion), (after.machine, after.tandemVersion))
    unlike.note("the commands", if: before.command != after.command)
    unlike.noteExits([before], [after])
    unlike.note(
      "how switches were seen", before.sources.switches.rawValue, after.sources.switches.rawValue)
    self.init(
      kind: .explain, rows: ([wall] + figures).map(\.row), counting: [0], answer: sentence,
      aside: ExplainDifferenceSentence.parts(of: observed) ?? "", unlike: unlike.clauses,
      margin: margin, observed: observed)
    check = allowed.map {
      SlowerCheck(
        allowed: $0, of: [(wall, "the command")],
        impossible: Self.ended([before], [after])
          ?? (isRepeated
            ? nil
            : """
            each result has one run, which is no difference: give explain --cost-runs \
            \(Bootstrap.leastCount) or more
            """))
    }
  }

  /// Compares two differences of programs, each program with its like.
  ///
  /// - Parameters:
  ///   - before: The first result.
  ///   - after: The second.
  ///   - allowed: How much slower is allowed, as a share; nil where nothing is checked.
  package init(_ before: ExplainDifference, _ after: ExplainDifference, allowed: Double? = nil) {
    let margin = Self.margin(allowed)
    let sides = [
      ("first command", before.firstRuns, after.firstRuns),
      ("second command", before.secondRuns, after.secondRuns),
    ]
    let walls = sides.map { name, one, other in
      ComparedRuns("\(name): wall time", one.wallSeconds, other.wallSeconds, margin: margin)
    }
    let cpu = sides.map { name, one, other in
      ComparedRuns("\(name): CPU time", one[.cpu] ?? [], other[.cpu] ?? [], margin: margin)
    }
    let said = zip(walls, sides).map { wall, side in
      (
        wall.row.shown,
        ChangeSentence(row: wall.row, subject: "the \(side.0)", margin: margin).text
      )
    }
    // What became slower is the news.
    let order: [RunComparison.Shown] = [.larger, .smaller, .undecided, .same]
    let sorted = said.enumerated().sorted {
      (order.firstIndex(of: $0.element.0) ?? 0, $0.offset)
        < (order.firstIndex(of: $1.element.0) ?? 0, $1.offset)
    }.map(\.element.1)
    var unlike = UnlikeResults(
      (before.first.machine, before.first.tandemVersion),
      (after.first.machine, after.first.tandemVersion))
    unlike.note("the first commands", if: before.first.command != after.first.command)
    unlike.note("the second commands", if: before.second.command != after.second.command)
    unlike.noteExits([before.first, before.second], [after.first, after.second])
    unlike.note(
      "whether the runs were observed", before.repeated.areUnobserved ? "no" : "yes",
      after.repeated.areUnobserved ? "no" : "yes")
    self.init(
      kind: .versus,
      rows: zip(walls, cpu).flatMap { [$0.row, $1.row] }, counting: [0, 2], answer: sorted[0],
      aside: sorted[1], unlike: unlike.clauses, margin: margin)
    check = allowed.map {
      SlowerCheck(
        allowed: $0, of: zip(walls, sides).map { ($0, "the \($1.0)") },
        impossible: Self.ended([before.first, before.second], [after.first, after.second]))
    }
  }

  /// Compares two sweeps, each value with itself.
  ///
  /// - Parameters:
  ///   - before: The first result.
  ///   - after: The second.
  ///   - allowed: How much slower is allowed, as a share; nil where nothing is checked.
  package init(_ before: ExplainSweep, _ after: ExplainSweep, allowed: Double? = nil) {
    let margin = Self.margin(allowed)
    let name = before.variable
    let missing = after.points.filter { point in
      !before.points.contains { $0.value == point.value }
    }
    let compared = before.points.map { point in
      let other = after.points.first { $0.value == point.value }
      return ComparedRuns(
        "\(name)=\(point.value)", point.runs.wallSeconds, other?.runs.wallSeconds ?? [],
        margin: margin, why: other == nil ? "only in the first" : nil)
    }
    let counting =
      compared.indices.first { before.points[$0].value == before.best && compared[$0].ratio != nil }
      ?? compared.indices.first { compared[$0].ratio != nil }
    let pairs = before.points.compactMap { point in
      after.points.first { $0.value == point.value }.map { (point.report, $0.report) }
    }
    var unlike = UnlikeResults(
      (before.machine, before.tandemVersion), (after.machine, after.tandemVersion))
    unlike.note("the commands", if: before.command != after.command)
    unlike.note("the variables", name, after.variable)
    unlike.noteExits(pairs.map(\.0), pairs.map(\.1))
    self.init(
      kind: .sweep,
      rows: compared.map(\.row)
        + missing.map {
          ComparedRuns(
            "\(after.variable)=\($0.value)", [], $0.runs.wallSeconds, margin: margin,
            why: "only in the second"
          ).row
        },
      counting: counting.map { [$0] } ?? [],
      answer: counting.map {
        ChangeSentence(row: compared[$0].row, subject: compared[$0].row.label, margin: margin).text
      } ?? "Nothing can be compared: no value has runs in both.",
      aside: Self.best(before, after), unlike: unlike.clauses, margin: margin)
    check = allowed.map { allowed in
      SlowerCheck(
        allowed: allowed,
        of: counting.map { [(compared[$0], compared[$0].row.label)] } ?? [],
        impossible: counting == nil
          ? "no value has runs in both" : Self.ended(pairs.map(\.0), pairs.map(\.1)))
    }
  }

  /// That another value is best now.
  private static func best(_ before: ExplainSweep, _ after: ExplainSweep) -> String {
    func name(_ sweep: ExplainSweep) -> String {
      sweep.best.map { "\(sweep.variable)=\($0)" } ?? "none shown"
    }
    let (first, second) = (name(before), name(after))
    return first == second ? "" : "The value to use changed from \(first) to \(second)."
  }

  /// Why programs that ended differently can't be checked; nil where they ended alike.
  private static func ended(_ first: [ExplainReport], _ second: [ExplainReport]) -> String? {
    zip(first, second).contains { $0.exit != $1.exit }
      ? "the programs ended differently, so they may not have done the same work" : nil
  }
}
