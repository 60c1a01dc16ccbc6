import TandemModel
import TandemText

/// How the recommended model scales with the number of workers, at most eight numbers.
struct ScalingTable: Section {
  /// The model over several numbers of workers.
  var series: SweepSeries

  /// The most rows.
  private static let mostRows = 8

  /// The section's lines; none when nothing ran.
  func lines(width: Int) -> [StyledLine] {
    let ran = series.points.filter { $0.medianSeconds != nil }
    if ran.isEmpty { return [] }
    let shown = Self.spread(ran, most: Self.mostRows) {
      $0.workers == series.recommendation.workers
    }
    let largest = ran.compactMap(\.speedup).max() ?? 0
    let columns = [
      TextTable.Column(heading: ["wall"], group: 0),
      TextTable.Column(heading: ["speed-up"], group: 0),
      TextTable.Column(heading: [], group: 0, isBar: true),
    ]
    let rows = shown.map { point in
      let isBest = point.workers == series.recommendation.workers
      return TextTable.Row(
        label: (isBest ? "▶ " : "  ") + FigureText.count(point.workers),
        ink: isBest ? .good : .plain,
        content: .cells([
          .text(FigureText.duration(point.medianSeconds), .plain),
          .text(point.speedup.map { FigureText.ratio($0) + "×" } ?? "", .strong),
          .bar(largest > 0 ? (point.speedup ?? 0) / largest : nil, series.model.ink),
        ]))
    }
    return TextTable(
      labelHeading: "workers of \(series.model.rawValue)", columns: columns, rows: rows
    )
    .lines(width: width)
  }

  /// Entries from the first to the last, evenly, with those that matter.
  static func spread<Entry>(
    _ entries: [Entry], most: Int, keeping matters: (Entry) -> Bool
  ) -> [Entry] {
    if entries.count <= most { return entries }
    var places = Set((0..<most).map { $0 * (entries.count - 1) / (most - 1) })
    if let place = entries.firstIndex(where: matters), !places.contains(place) {
      // It takes the place of the nearest that is neither the first nor the last.
      let nearest = places.filter { $0 != 0 && $0 != entries.count - 1 }
        .min { (abs($0 - place), $0) < (abs($1 - place), $1) }
      if let nearest { places.remove(nearest) }
      places.insert(place)
    }
    return places.sorted().map { entries[$0] }
  }
}
