import Testing

@testable import TandemReport

@Suite struct HumanUnitsTests {
  @Test(arguments: [
    (0, "0 s"), (1e-12, "<0.01 ns"), (4e-10, "0.40 ns"), (1e-9, "1.00 ns"), (9.994e-9, "9.99 ns"),
    (9.996e-9, "10.0 ns"), (99.96e-9, "100 ns"), (999.4e-9, "999 ns"), (999.6e-9, "1.00 µs"),
    (15.4e-6, "15.4 µs"), (412e-6, "412 µs"), (999.95e-6, "1.00 ms"), (3.02e-3, "3.02 ms"),
    (60.2e-3, "60.2 ms"), (0.99949, "999 ms"), (999.95e-3, "1.00 s"), (1, "1.00 s"),
    (9.996, "10.0 s"), (59.97, "60.0 s"), (99.96, "100 s"), (999.6, "1 000 s"),
    (12_345.6, "12 346 s"), (-0.0021, "−2.10 ms"), (-1e-15, "0.00 ns"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(HumanUnits.duration(seconds) == narrow(text, keepingLast: true))
  }

  @Test(arguments: [
    (0, "0 B"), (0.001, "1 B"), (0.5, "512 B"), (0.9994, "1023 B"), (0.9999, "1.00 KiB"),
    (1, "1.00 KiB"), (12, "12.0 KiB"), (236, "236 KiB"), (1010, "1010 KiB"), (1023.4, "1023 KiB"),
    (1023.6, "1.00 MiB"), (4915, "4.80 MiB"), (102_400, "100 MiB"), (1_048_576, "1.00 GiB"),
    (5e9, "4.66 TiB"), (1e13, "9313 TiB"), (-12, "−12.0 KiB"),
  ])
  func sizes(kib: Double, text: String) {
    // A terminal's unit of four digits is still read as one number.
    #expect(HumanUnits.size(kib: kib).filter { $0 != HumanUnits.groupSeparator } == text)
  }

  @Test(arguments: [
    (0, "0"), (1, "1.00"), (0.9999, "1.00"), (0.5, "0.5"), (0.0312, "0.0312"), (1.2e-9, "1.2e-09"),
    (9.996, "10.0"), (19.8, "19.8"), (99.96, "100"), (312.4, "312"), (999.6, "1 000"),
    (5500.4, "5 500"), (1_234_567, "1 234 567"), (2.787e13, "2.79e+13"), (-0.5, "−0.5"),
    (-19.8, "−19.8"),
  ])
  func ratios(value: Double, text: String) {
    #expect(HumanUnits.ratio(value) == narrow(text))
  }

  @Test(arguments: [
    (0, "0"), (2, "2"), (2.5, "2.5"), (99.5, "99.5"), (204.5, "204"), (999, "999"),
    (1000, "1 000"), (12_345, "12 345"), (123_456, "123 456"), (1e9, "1 000 000 000"),
    (-1204, "−1 204"),
  ])
  func counts(value: Double, text: String) {
    #expect(HumanUnits.count(value) == narrow(text))
  }

  @Test(arguments: [
    (0, "0.00"), (0.0001, "<0.01"), (0.005, "0.01"), (0.98, "0.98"), (7.4321, "7.43"),
    (99.94, "99.94"), (99.96, "100.0"), (1234.5, "1 234.5"),
  ])
  func averages(value: Double, text: String) {
    #expect(HumanUnits.average(value) == narrow(text))
  }

  @Test(arguments: [
    (2, "2"), (1.5, "1.5"), (0.25, "0.25"), (511.5, "511.5"), (100, "100"), (0.001, "0"),
  ])
  func settings(value: Double, text: String) {
    #expect(HumanUnits.exact(value) == text)
  }

  @Test(arguments: [nil, Double.nan, .infinity, -.infinity])
  func whatIsNoFigureIsNotMeasured(value: Double?) {
    let texts = [
      HumanUnits.duration(value), HumanUnits.size(kib: value), HumanUnits.ratio(value),
      HumanUnits.count(value), HumanUnits.average(value),
    ]
    #expect(texts.allSatisfy { $0 == "–" })
  }

  @Test func hugeNumbersEnd() {
    #expect(HumanUnits.duration(.greatestFiniteMagnitude) == "1.8e+308 s")
    #expect(HumanUnits.size(kib: 1e300) == "9.31e+290 TiB")
    #expect(HumanUnits.duration(.leastNonzeroMagnitude) == "<0.01 ns")
    #expect(HumanUnits.count(Int.min).hasPrefix("−9"))
  }

  @Test func aScaleIsShared() {
    let scale = DurationScale(for: 0.0602)
    #expect(scale.unit == "ms")
    #expect(["60.2", "0.0", "1 204.0"].map { narrow($0) } == [0.0602, 0, 1.204].map(scale.number))
    #expect(scale.number(1e-9) == "<0.1")
  }

  /// The table above is written with ordinary spaces; groups are separated by U+202F.
  private func narrow(_ text: String, keepingLast: Bool = false) -> String {
    var parts = text.split(separator: " ").map(String.init)
    let unit = keepingLast ? " " + parts.removeLast() : ""
    return parts.joined(separator: String(HumanUnits.groupSeparator)) + unit
  }
}
