import Foundation
import TandemModel
import Testing

@Suite struct DoctorTests {
  @Test func jsonOnStandardOutputIsAllThatIsThere() throws {
    let outcome = try TandemExecutable.run("doctor", "--json", "-")
    #expect(outcome.exitCode == 0)
    #expect(outcome.error.isEmpty)
    let report = try JSONDecoder().decode(DoctorReport.self, from: outcome.output)
    #expect(report.schema == "tandem.doctor/1")
    let version = try TandemExecutable.run("--version").output
    #expect(report.tandemVersion + "\n" == String(decoding: version, as: UTF8.self))
    #expect(report.machine.effectiveCPUs >= 1)
    for check in report.checks where check.answer != .yes {
      #expect(check.cause != nil && check.remedy != nil, "\(check.name)")
    }
  }

  @Test func aPipeGetsPlainText() throws {
    let outcome = try TandemExecutable.run("doctor")
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(outcome.exitCode == 0)
    #expect(!text.contains("\u{1B}"))
    for title in ["CPUs online", "exact switch times", "descriptors", "/dev/shm"] {
      #expect(text.contains(title))
    }
  }

  @Test func jsonInAFileLeavesTheTextOnStandardOutput() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "tandem-doctor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try TandemExecutable.run("doctor", "--json", file.path())
    #expect(outcome.exitCode == 0)
    #expect(!outcome.output.isEmpty)
    let report = try JSONDecoder().decode(DoctorReport.self, from: Data(contentsOf: file))
    #expect(!report.checks.isEmpty)
  }

  @Test func aFileThatCannotBeWrittenIsOneLineAndNothingRun() throws {
    let outcome = try TandemExecutable.run("doctor", "--json", "/no/such/folder/x")
    #expect(outcome.exitCode == 66)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.error == "tandem: can't write '/no/such/folder/x': No such file or directory\n")
  }

  @Test func anUnknownOptionIsAUsageError() throws {
    #expect(try TandemExecutable.run("doctor", "--nonsense").exitCode == 64)
  }
}
