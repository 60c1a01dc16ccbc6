import TandemModel
import TandemText

/// The figures of a finding that its claim doesn't already tell.
enum Evidence {
  /// The untold figures, each as `name value`, in order of their names.
  static func untold(of finding: Finding) -> [String] {
    let told = figures(in: finding.claim)
    return finding.evidence.sorted { $0.key < $1.key }.compactMap { name, value in
      let figure = Figure(name: name, value: value)
      if told.contains(where: { $0.tells(figure) }) { return nil }
      return "\(figure.words) \(figure.text)"
    }
  }

  /// A figure with what its name says of its unit.
  private struct Figure {
    enum Unit: String { case s, ms, us, ns, kib, mib, bytes, percent, none }

    var words: String
    var value: Double
    var unit: Unit

    init(name: String, value: Double) {
      var words = name.split(separator: "_").map(String.init)
      var unit = Unit.none
      if let index = words.firstIndex(where: { Unit(rawValue: $0) != nil && $0 != "none" }) {
        unit = Unit(rawValue: words[index]) ?? .none
        // The text carries the unit: "wall 3.02 ms", not "wall s 3.02 ms".
        words.remove(at: index)
      }
      self.words = TextWidth.sanitized(words.joined(separator: " "))
      self.value = value
      self.unit = unit
    }

    /// The value in seconds or KiB, or as it is.
    var base: Double {
      switch unit {
      case .s, .kib, .none: value
      case .ms: value / 1e3
      case .us: value / 1e6
      case .ns: value / 1e9
      case .mib: value * 1024
      case .bytes: value / 1024
      case .percent: value / 100
      }
    }

    var text: String {
      switch unit {
      case .s, .ms, .us, .ns: FigureText.duration(base)
      case .kib, .mib, .bytes: FigureText.memory(kib: base)
      case .percent: FigureText.percent(base)
      case .none:
        value == value.rounded() ? FigureText.count(value) : FigureText.ratio(value)
      }
    }
  }

  /// A number of a claim: its possible values and half of its last place.
  private struct Told {
    var value: Double
    var tolerance: Double
    var unit: String

    func tells(_ figure: Figure) -> Bool {
      let scale: Double =
        switch (figure.unit, unit) {
        case (.s, "s"), (.ms, "s"), (.us, "s"), (.ns, "s"): 1
        case (.s, "ms"), (.ms, "ms"), (.us, "ms"), (.ns, "ms"): 1e-3
        case (.s, "µs"), (.ms, "µs"), (.us, "µs"), (.ns, "µs"): 1e-6
        case (.s, "ns"), (.ms, "ns"), (.us, "ns"), (.ns, "ns"): 1e-9
        case (.kib, "B"), (.mib, "B"), (.bytes, "B"): 1 / 1024
        case (.kib, "KiB"), (.mib, "KiB"), (.bytes, "KiB"): 1
        case (.kib, "MiB"), (.mib, "MiB"), (.bytes, "MiB"): 1024
        case (.kib, "GiB"), (.mib, "GiB"), (.bytes, "GiB"): 1024 * 1024
        case (.percent, "%"), (.none, "%"): 0.01
        case (.none, ""): 1
        default: 0
        }
      if scale == 0 { return false }
      return abs(figure.base - value * scale) <= tolerance * scale * 1.000001
    }
  }

  /// The numbers of a claim with the unit behind each.
  private static func figures(in claim: String) -> [Told] {
    // Thousands may be grouped, and a unit may be bound to its number by an unbreakable space.
    var text = claim.replacing("\u{A0}", with: " ").replacing("−", with: "-")
    text.replace(/(\d)\x{202F}(\d)/) { "\($0.1)\($0.2)" }
    return text.matches(of: /(-?\d+)(?:\.(\d+))?\s?(%|[µnm]?s\b|[KMG]?i?B\b)?/).compactMap {
      match in
      let decimals = match.2.map { "." + $0 } ?? ""
      guard let value = Double("\(match.1)\(decimals)") else { return nil }
      let places = match.2?.count ?? 0
      let step = (0..<places).reduce(1.0) { step, _ in step / 10 }
      return Told(value: value, tolerance: step / 2, unit: match.3.map(String.init) ?? "")
    }
  }
}
