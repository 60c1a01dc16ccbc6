import Foundation
import TandemModel
import Testing

@testable import TandemReport

@Suite struct DoctorTextTests {
  /// A report with every answer, long values, and text that tries to act on the terminal.
  private static let report = DoctorReport(
    tandemVersion: "0.1.0",
    machine: MachineSummary(
      cpusOnline: 8, cpusAllowed: 8, cpuQuota: 1.5, effectiveCPUs: 2, kernel: "6.1.0-18-amd64"),
    checks: [
      DoctorCheck(name: "cpus_online", area: .cpus, title: "CPUs online", answer: .yes, value: "8"),
      DoctorCheck(
        name: "cpu_quota", area: .cpus, title: "CPU quota", answer: .partly,
        value: "1.5 CPUs, used up in 4 of 10 periods",
        cause:
          "The cgroup /sys/fs/cgroup/box limits its processes to the CPU time of"
          + " 1.5 CPUs.", remedy: "echo max | sudo tee /sys/fs/cgroup/box/cpu.max"),
      DoctorCheck(
        name: "perf_events", area: .observing, title: "exact switch times", answer: .no,
        value: "Permission denied, perf_event_paranoid 4",
        cause: "kernel.perf_event_paranoid is 4: only root may use perf events.",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2"),
      DoctorCheck(
        name: "python", area: .python, title: "CPython 3.13.0", answer: .yes,
        value: "GIL on, /home/me/\u{1B}[31mred\u{1B}[0m/python3"),
    ],
    interpreters: [
      InterpreterSummary(
        path: "/usr/bin/python3", version: "3.13.0", implementation: "CPython", gilEnabled: nil)
    ])

  private func text(color: Bool, width: Int = 100) -> String {
    DoctorText(Self.report, style: .init(color: color, width: width)).text
  }

  @Test(arguments: [60, 100])
  func reads(width: Int) throws {
    try Snapshot.expect(text(color: false, width: width), named: "doctor-\(width)")
  }

  @Test func colorAddsEscapesAndNothingElse() {
    let colored = text(color: true)
    #expect(colored.contains("\u{1B}[31m"))
    #expect(colored.replacing(/\x{1B}\[[0-9;]*m/, with: "") == text(color: false))
    #expect(!text(color: false).contains("\u{1B}"))
  }

  @Test(arguments: [40, 60, 80, 100])
  func noLineIsWiderThanTheTerminal(width: Int) {
    for line in text(color: false, width: width).split(separator: "\n") {
      #expect(TextWidth.columns(of: line) <= width, "\(line)")
    }
  }

  @Test func whenAllIsThereItSaysSo() {
    var report = Self.report
    report.checks = report.checks.filter { $0.answer == .yes }
    let text = DoctorText(report, style: .init(color: false)).text
    #expect(text.hasSuffix("✓ Everything that Tandem needs is available.\n"))
  }

  @Test func jsonKeepsEverythingAndWritesNulls() throws {
    let data = try JSONReport.encode(Self.report)
    #expect(try JSONDecoder().decode(DoctorReport.self, from: data) == Self.report)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["schema"] as? String == "tandem.doctor/1")
    #expect(
      Set(object.keys) == ["schema", "tandem_version", "machine", "checks", "interpreters"])
    let checks = try #require(object["checks"] as? [[String: Any]])
    for check in checks {
      #expect(
        Set(check.keys) == ["name", "area", "title", "answer", "value", "cause", "remedy"])
    }
    #expect(checks.first?["cause"] is NSNull)
    #expect(checks.map { $0["answer"] as? String } == ["yes", "partly", "no", "yes"])
  }
}
