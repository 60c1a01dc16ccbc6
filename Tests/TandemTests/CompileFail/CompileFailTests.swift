import Foundation
import TandemSystem
import TandemTestSupport
import Testing

/// Programs that misuse Tandem, in `Tests/CompileFail`: the compiler refuses them, and says why.
@Suite("What the compiler refuses", .timeLimit(.minutes(5)))
struct CompileFailTests {
  /// A program and the errors that the compiler must report of it.
  struct Program: Sendable, CustomTestStringConvertible {
    var name: String
    /// Texts of the errors; none for a program that must compile.
    var errors: [String]
    var testDescription: String { name }
  }

  private static let folder = Repository.folder.appending(path: "Tests/CompileFail")

  static let programs: [Program] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return files.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      let text = (try? Repository.text("Tests/CompileFail/\(name)")) ?? ""
      let mark = "// error: "
      let errors = text.split(separator: "\n").compactMap { line -> String? in
        line.firstRange(of: mark).map { String(line[$0.upperBound...]) }
      }
      return Program(name: name, errors: errors)
    }
  }()

  @Test("There are at least ten, and some that compile")
  func enough() {
    #expect(Self.programs.count { !$0.errors.isEmpty } >= 10)
    #expect(Self.programs.contains { $0.name == "Compiles.swift" && $0.errors.isEmpty })
  }

  @Test("Each is refused with the errors that it names, and no others", arguments: programs)
  func isRefused(program: Program) throws {
    let build = try FixtureRun.buildDirectory()
    // Data races are found after the types are checked, in what is made for the optimiser.
    var spawner = Spawner(
      "/usr/bin/env",
      ["env", "swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-parse-as-library"]
        + ["-module-name", "Example", "-I", "\(build)/Modules"]
        + ["-Xcc", "-fmodule-map-file=\(build)/CTandemShims.build/module.modulemap"]
        + [Self.folder.appending(path: program.name).path()])
    spawner.environment["NO_COLOR"] = "1"
    let compiler = try spawner.start()
    let status = try compiler.end(limit: .seconds(120))
    if status == .exited(code: 127) { try Test.cancel("there is no swiftc on PATH") }
    try compiler.wait(for: "the end of the output") { compiler.errorEndedAt != nil }
    // `FILE:LINE:COLUMN: error: TEXT`; the lines below quote the source.
    let reported = compiler.error.split(separator: "\n").filter {
      $0.contains("\(program.name):") && $0.contains(": error: ")
    }
    #expect((status == .exited(code: 0)) == program.errors.isEmpty, "\(compiler.error)")
    for error in program.errors {
      #expect(reported.contains { $0.contains(error) }, "\(error)\n\(compiler.error)")
    }
    for line in reported {
      #expect(program.errors.contains { line.contains($0) }, "\(line)")
    }
  }
}
