import Testing

@testable import TandemText

@Suite struct FigureTextTests {
  @Test(arguments: [
    (0, "0 s"), (1e-12, "<0.01 ns"), (4e-10, "0.40 ns"), (1e-9, "1.00 ns"), (9.994e-9, "9.99 ns"),
    (9.996e-9, "10.0 ns"), (99.96e-9, "100 ns"), (999.4e-9, "999 ns"), (999.6e-9, "1.00 µs"),
    (15.4e-6, "15.4 µs"), (412e-6, "412 µs"), (999.95e-6, "1.00 ms"), (3.02e-3, "3.02 ms"),
    (60.2e-3, "60.2 ms"), (0.99949, "999 ms"), (999.95e-3, "1.00 s"), (1, "1.00 s"),
    (9.996, "10.0 s"), (59.97, "60.0 s"), (99.96, "100 s"), (999.6, "1 000 s"),
    (12_345.6, "12 346 s"), (-0.0021, "−2.10 ms"), (-1e-15, "0.00 ns"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(FigureText.duration(seconds) == narrow(text, keepingLast: true))
  }

  @Test(arguments: [
    (0, "0 B"), (0.001, "1 B"), (0.5, "512 B"), (0.9994, "1 023 B"), (0.9999, "1.00 KiB"),
    (1, "1.00 KiB"), (12, "12.0 KiB"), (236, "236 KiB"), (1010, "1 010 KiB"),
    (1023.4, "1 023 KiB"), (1023.6, "1.00 MiB"), (4915, "4.80 MiB"), (102_400, "100 MiB"),
    (1_048_576, "1.00 GiB"), (5e9, "4.66 TiB"), (1e13, "9 313 TiB"), (-12, "−12.0 KiB"),
  ])
  func memory(kib: Double, text: String) {
    #expect(FigureText.memory(kib: kib) == narrow(text, keepingLast: true))
  }

  @Test(arguments: [
    (0, "0.00"), (1e-9, "<0.01"), (0.0049, "<0.01"), (0.006, "0.01"), (0.9999, "1.00"),
    (0.781, "0.78"), (1.23, "1.23"), (9.996, "10.0"), (19.8, "19.8"), (99.94, "99.9"),
    (99.99, "100"),
    (99.996, "100"), (312.4, "312"),
    (5500.4, "5 500"), (2.787e13, "2.79e+13"), (-0.5, "−0.50"), (-1e-9, "0.00"),
  ])
  func ratios(value: Double, text: String) {
    #expect(FigureText.ratio(value) == narrow(text))
  }

  @Test(arguments: [
    (0.0, "0 %"), (1e-15, "0 %"), (1e-6, "<0.1 %"), (0.000_49, "<0.1 %"), (0.000_51, "0.1 %"),
    (0.032, "3.2 %"), (0.0994, "9.9 %"), (0.0996, "10 %"), (0.739, "74 %"), (0.9949, "99 %"),
    (0.9951, "99.5 %"), (0.998, "99.8 %"), (0.9996, ">99.9 %"), (0.999_999, ">99.9 %"),
    (0.999_999_999_999_999, "100 %"), (1, "100 %"), (1.004, "100 %"), (12.5, "1 250 %"),
    (-0.032, "−3.2 %"),
    (-0.0001, ">−0.1 %"), (-0.5, "−50 %"),
  ])
  func shares(share: Double, text: String) {
    #expect(FigureText.percent(share) == narrow(text, keepingLast: true))
  }

  @Test(arguments: [
    (0, "0"), (0.2, "<1"), (0.5, "1"), (2, "2"), (2.5, "3"), (204.5, "205"), (999, "999"),
    (1000, "1 000"), (12_345, "12 345"), (123_456, "123 456"), (1e9, "1 000 000 000"),
    (-1204, "−1 204"),
  ])
  func counts(value: Double, text: String) {
    #expect(FigureText.count(value) == narrow(text))
    if value == value.rounded() { #expect(FigureText.count(Int(value)) == narrow(text)) }
  }

  @Test(arguments: [
    (1, "worker", "1 worker"), (0, "worker", "0 workers"), (2, "process", "2 processes"),
    (3, "switch", "3 switches"), (2, "batch", "2 batches"), (2, "copy", "2 copies"),
    (2, "retry", "2 retries"), (2, "delay", "2 delays"), (5, "more run", "5 more runs"),
    (2, "CPU", "2 CPUs"), (2, "index", "2 indexes"),
  ])
  func nouns(count: Int, noun: String, text: String) {
    #expect(FigureText.count(count, noun) == text)
  }

  @Test func aLargeNumberOfThingsIsGrouped() {
    #expect(FigureText.count(1200, "switch") == "1\u{202F}200 switches")
  }

  @Test(arguments: [
    (2, "2", "2 CPUs"), (1.5, "1.5", "1.5 CPUs"), (0.25, "0.25", "0.25 CPUs"), (1, "1", "1 CPU"),
    (100, "100", "100 CPUs"), (511.5, "511.5", "511.5 CPUs"),
  ])
  func settings(value: Double, text: String, cpus: String) {
    #expect(FigureText.setting(value) == text)
    #expect(FigureText.cpus(value) == cpus)
  }

  @Test(arguments: [(15, "15 s"), (0.02, "20 ms"), (2.5e-3, "2.5 ms"), (100, "100 s"), (0, "0 s")])
  func givenDurations(seconds: Double, text: String) {
    #expect(FigureText.setting(seconds: seconds) == text)
  }

  @Test func rangesHaveOneUnit() {
    #expect(FigureText.range(1.75, 2.244) == "1.75–2.24")
    #expect(FigureText.percentRange(0.012, 0.034) == "1.2–3.4 %")
    #expect(FigureText.percentRange(0.012, .infinity) == "–")
    #expect(DurationScale(for: 0.002).range(0.00175, 0.00224) == "1.75–2.24")
  }

  @Test func listsEndInAWord() {
    #expect(FigureText.list([]) == "")
    #expect(FigureText.list(["a"]) == "a")
    #expect(FigureText.list(["a", "b"]) == "a and b")
    #expect(FigureText.list(["a", "b", "c"], "or") == "a, b or c")
  }

  @Test(arguments: [nil, Double.nan, .infinity, -.infinity])
  func whatIsNoFigureIsNotMeasured(value: Double?) {
    let texts = [
      FigureText.duration(value), FigureText.memory(kib: value), FigureText.ratio(value),
      FigureText.count(value), FigureText.percent(value),
    ]
    #expect(texts.allSatisfy { $0 == "–" })
  }

  @Test func hugeNumbersEnd() {
    #expect(FigureText.duration(.greatestFiniteMagnitude) == "1.8e+308 s")
    #expect(FigureText.memory(kib: 1e300) == "9.31e+290 TiB")
    #expect(FigureText.duration(.leastNonzeroMagnitude) == "<0.01 ns")
    #expect(FigureText.count(Int.min).hasPrefix("−9"))
  }

  @Test func aScaleIsShared() {
    let scale = DurationScale(for: 0.0602)
    #expect(scale.unit == "ms")
    #expect(["60.2", "0.0", "1 204.0"].map { narrow($0) } == [0.0602, 0, 1.204].map(scale.number))
    #expect(scale.number(1e-9) == "<0.1")
  }

  @Test func signalsHaveNames() {
    #expect(SignalName.of(11) == "SIGSEGV")
    #expect(SignalName.of(21) == "SIGTTIN")
    #expect(SignalName.of(40) == "signal 40")
  }

  /// The tables above are written with ordinary spaces; groups are separated by U+202F.
  private func narrow(_ text: String, keepingLast: Bool = false) -> String {
    var parts = text.split(separator: " ").map(String.init)
    let unit = keepingLast ? " " + parts.removeLast() : ""
    return parts.joined(separator: String(FigureText.groupSeparator)) + unit
  }
}
