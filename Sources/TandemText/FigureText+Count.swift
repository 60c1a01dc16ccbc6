extension FigureText {
  /// A number of things.
  ///
  /// - Parameter value: the number.
  /// - Returns: a whole number with its thousands grouped, such as `12 345`.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? minus : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(groupSeparator) }
      text.append(digit)
    }
    return text
  }

  /// A number of things that is a median, a mean or a rate.
  ///
  /// - Parameter value: the number; nil when it was not measured.
  /// - Returns: a whole number with its thousands grouped; `<1` for what is positive but would round
  ///   to nothing.
  package static func count(_ value: Double?) -> String {
    guard let value, value.isFinite else { return notMeasured }
    if value > 0, value < 0.5 { return "<1" }
    return number(value.rounded(.toNearestOrAwayFromZero), decimals: 0)
  }

  /// A number of things with its noun, in the singular or the plural.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - noun: one of them; of several words the last one changes.
  /// - Returns: such as `1 worker` or `3 processes`.
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(self.count(count)) \(count == 1 ? noun : plural(of: noun))"
  }

  /// The regular plural of an English noun.
  ///
  /// - Parameter noun: one of the things.
  /// - Returns: such as `workers`, `processes`, `switches` or `retries`.
  package static func plural(of noun: String) -> String {
    if ["s", "x", "z", "ch", "sh"].contains(where: noun.hasSuffix) { return noun + "es" }
    if noun.hasSuffix("y"), let before = noun.dropLast().last, !"aeiou".contains(before) {
      return noun.dropLast() + "ies"
    }
    return noun + "s"
  }

  /// CPUs, of which a quota may give a part.
  ///
  /// - Parameter number: how many.
  /// - Returns: such as `1 CPU`, `1.5 CPUs` or `2 CPUs`.
  package static func cpus(_ number: Double) -> String {
    let text = setting(number)
    return "\(text) \(text == "1" ? "CPU" : "CPUs")"
  }

  /// A setting such as a quota, as it was given: up to two decimals, no trailing zeros.
  ///
  /// - Parameter value: the number.
  /// - Returns: such as `1.5` or `2`.
  package static func setting(_ value: Double) -> String {
    guard value.isFinite else { return notMeasured }
    return trimmed(number(value, decimals: 2))
  }

  /// A share that was given and not measured, such as a bound.
  ///
  /// - Parameter share: 1 for all.
  /// - Returns: per cent with up to two decimals, no trailing zeros: `5 %`, `2.5 %`.
  package static func setting(share: Double) -> String { "\(setting(share * 100)) %" }

  /// A duration that was given and not measured, such as a budget.
  ///
  /// - Parameter seconds: the duration in seconds.
  /// - Returns: up to three significant digits, no trailing zeros: `15 s`, `2.5 ms`.
  package static func setting(seconds: Double) -> String {
    guard seconds.isFinite, seconds != 0 else { return duration(seconds) }
    let scale = DurationScale(for: seconds)
    return "\(trimmed(scale.number(seconds))) \(scale.unit)"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains("."), !text.contains("e") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
