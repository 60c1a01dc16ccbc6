import Testing

@testable import TandemLab

/// A command with a variable.
@Suite struct SweptCommandTests {
  @Test func valuesReplaceTheName() throws {
    let swept = try SweptCommand("n", ["4", "1", "16"], of: ["./a{n}", "-j{n}", "{m}", "{n}{n}"])
    #expect(swept.values == ["1", "4", "16"])
    #expect(swept.command(with: "16") == ["./a16", "-j16", "{m}", "1616"])
    #expect(swept.isInArguments)
  }

  @Test func wordsKeepTheirOrder() throws {
    let swept = try SweptCommand("OMP_WAIT_POLICY", ["passive", "active"], of: ["./a"])
    #expect(swept.values == ["passive", "active"])
    #expect(!swept.isInArguments && swept.command(with: "active") == ["./a"])
  }

  @Test(
    arguments: [
      ("", ["1", "2"], ["a"], "unlike ''"), ("1n", ["1", "2"], ["a"], "unlike '1n'"),
      ("n-m", ["1", "2"], ["a"], "unlike 'n-m'"), ("é", ["1", "2"], ["a"], "unlike 'é'"),
      ("n", [], ["a"], "at least two"), ("n", ["1"], ["a"], "at least two"),
      ("n", ["1", ""], ["a"], "empty"), ("n", ["1", "1"], ["a"], "different"),
      ("n", ["1", "2"], [], "the command is empty"),
      ("n", (1...65).map(String.init), ["a"], "at most 64 values, not 65"),
    ])
  func whatCannotBeIsRefused(
    variable: String, values: [String], command: [String], says: String
  ) {
    let error = #expect(throws: ExplainError.self) {
      try SweptCommand(variable, values, of: command)
    }
    #expect(error?.code == .invalidArgument && error?.message.contains(says) == true)
  }
}
