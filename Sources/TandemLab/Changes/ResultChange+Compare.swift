package import TandemModel
import TandemText

extension ResultChange {
  /// Compares two comparisons of the same work.
  ///
  /// - Parameters:
  ///   - before: The first result.
  ///   - after: The second.
  ///   - allowed: How much slower is allowed, as a share; nil where nothing is checked.
  package init(_ before: CompareReport, _ after: CompareReport, allowed: Double? = nil) {
    let margin = Self.margin(allowed)
    let cells = MatchedCells(before, after)
    let isPerItem =
      before.work.items != after.work.items && before.work.items > 0 && after.work.items > 0
    func times(_ walls: [Double], _ report: CompareReport) -> [Double] {
      isPerItem ? walls.map { $0 / Double(report.work.items) } : walls
    }
    let compared = cells.pairs.map { pair in
      ComparedRuns(
        cells.label(of: pair), times(pair.before?.walls ?? [], before),
        times(pair.after?.walls ?? [], after), margin: margin, why: Self.why(pair))
    }
    let counting = cells.counting(for: before.verdict)
    let sentences = counting.map {
      ChangeSentence(
        row: compared[$0].row, subject: compared[$0].row.label, margin: margin,
        isPerItem: isPerItem
      ).text
    }
    self.init(
      kind: .compare, rows: compared.map(\.row), counting: counting.map { [$0] } ?? [],
      answer: sentences ?? "Nothing can be compared: no model has runs in both.",
      aside: Self.others(compared, than: counting) + Self.recommendation(before, after),
      unlike: Self.unlike(before, after, cells), margin: margin, isPerItem: isPerItem)
    check = allowed.map { allowed in
      SlowerCheck(
        allowed: allowed,
        of: counting.map { [(compared[$0], compared[$0].row.label)] } ?? [],
        impossible: counting == nil
          ? "no model has runs in both" : Self.otherWork(before.work, after.work))
    }
  }

  /// The ratio that counts as the same: five per cent, or less where less is allowed.
  static func margin(_ allowed: Double?) -> Double {
    min(PairedRatio.margin, 1 + (allowed ?? .infinity))
  }

  /// Why a pair can't be compared; nil where it can.
  private static func why(_ pair: MatchedCells.Pair) -> String? {
    switch (pair.before, pair.after) {
    case (nil, _): return "only in the second"
    case (_, nil): return "only in the first"
    case (let before?, let after?):
      // The last line of a traceback says what happened.
      func last(_ error: String) -> String {
        error.split(whereSeparator: \.isNewline).last.map(String.init) ?? error
      }
      if let error = after.error { return "failed in the second: \(last(error))" }
      if let error = before.error { return "failed in the first: \(last(error))" }
      if before.walls.isEmpty { return "no run in the first" }
      return after.walls.isEmpty ? "no run in the second" : nil
    }
  }

  /// The others that are shown to have changed.
  private static func others(_ compared: [ComparedRuns], than counting: Int?) -> String {
    func names(_ shown: RunComparison.Shown) -> [String] {
      compared.enumerated().filter { $0.offset != counting && $0.element.row.shown == shown }
        .map(\.element.row.label)
    }
    let most = 4
    return [("slower", names(.larger)), ("faster", names(.smaller))].filter { !$0.1.isEmpty }.map {
      word, names in
      let rest = names.count - most
      let list = names.prefix(most) + (rest > 0 ? ["\(FigureText.count(rest)) more"] : [])
      return
        "Of the others, \(FigureText.list(Array(list))) \(names.count == 1 ? "is" : "are") \(word). "
    }.joined()
  }

  /// That another model is recommended now.
  private static func recommendation(_ before: CompareReport, _ after: CompareReport) -> String {
    func name(_ report: CompareReport) -> String {
      let verdict = report.verdict
      guard let model = verdict.model else { return verdict.choice.rawValue }
      let workers = verdict.workers.map { " with \(FigureText.count($0, "worker"))" } ?? ""
      return model.rawValue + workers
    }
    let (first, second) = (name(before), name(after))
    return first == second ? "" : "The recommendation changed from \(first) to \(second)."
  }

  private static func unlike(
    _ before: CompareReport, _ after: CompareReport, _ cells: MatchedCells
  ) -> [String] {
    var unlike = UnlikeResults(
      (before.machine, before.tandemVersion), (after.machine, after.tandemVersion))
    unlike.note("the work", before.work.name, after.work.name)
    unlike.note(
      "the numbers of items", FigureText.count(before.work.items),
      FigureText.count(after.work.items))
    unlike.note("what an item does", if: otherItem(before.work, after.work))
    for pair in cells.pairs {
      guard let one = pair.before, let other = pair.after, one.workers != other.workers else {
        continue
      }
      unlike.note(
        "the workers of \(cells.label(of: pair))", FigureText.count(one.workers),
        FigureText.count(other.workers))
      break
    }
    if let pair = cells.pairs.first(where: {
      $0.before != nil && $0.after != nil
        && $0.before?.interpreter?.name != $0.after?.interpreter?.name
    }) {
      unlike.note(
        "the Pythons", pair.before?.interpreter?.name ?? "none",
        pair.after?.interpreter?.name ?? "none")
    }
    let others = [before, after].map { $0.ending?.othersShare ?? 0 }
    if abs(others[0] - others[1]) >= CPUsTakenByOthers.leastShare {
      unlike.note(
        "the CPU time that other programs used", FigureText.percent(others[0]),
        FigureText.percent(others[1]))
    }
    return unlike.clauses
  }

  private static func otherItem(_ one: WorkSummary, _ other: WorkSummary) -> Bool {
    one.kind != other.kind || one.iterations != other.iterations
      || one.workTimeSeconds != other.workTimeSeconds
  }

  /// Why times of two pieces of work say nothing about what became slower; nil where they do.
  private static func otherWork(_ one: WorkSummary, _ other: WorkSummary) -> String? {
    if otherItem(one, other) { return "the two did not do the same work" }
    if one.items != other.items {
      return """
        the numbers of items differ, \(FigureText.count(one.items)) and \(FigureText.count(other.items)): \
        give both the same --items
        """
    }
    return nil
  }
}
