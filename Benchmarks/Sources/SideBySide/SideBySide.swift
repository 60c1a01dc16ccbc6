import ArgumentParser
import Foundation

/// The command `side-by-side`.
@main
struct SideBySide: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "side-by-side",
    abstract: "Measures Tandem beside raw C loops and beside Python's pools, in one run.",
    discussion: """
      All sides of a row run once in every round, in an order drawn anew each time, so that a \
      machine that grows slower or faster is equally unkind to all. Measure on an idle machine. \
      What each row is, and how to read it, is in Documentation/side-by-side.md.
      """)

  @Option(help: "Write the figures to this file ('-' for standard output), as tandem.sidebyside/1.")
  var json: String?

  @Option(help: "Only rows whose name matches this regular expression.")
  var rows: String?

  @Option(help: "How often each side of each row is run; 5, or 1 with --quick.")
  var rounds: Int?

  @Option(help: "The interpreter that runs the peers; in its environment are loky, mpire, pebble.")
  var python = "python3"

  @Option(help: "The seed of the order; drawn and printed if not given.")
  var seed: UInt64?

  @Flag(help: "Small blocks, one round: shows that everything runs, in less than a minute.")
  var quick = false

  @Flag(help: "Leave Python out.")
  var noPeers = false

  @Flag(help: "Also measure how throughput and memory grow with workers and with tasks.")
  var growth = false

  @Flag(help: "Only list the rows.")
  var list = false

  func validate() throws {
    if let rounds, rounds < 1 { throw ValidationError("--rounds has to be 1 or more.") }
    if let rows, (try? Regex(rows)) == nil {
      throw ValidationError("--rows '\(rows)' is no regular expression.")
    }
  }

  func run() throws {
    var chosen = RowCatalogue.rows(isQuick: quick)
    if let rows {
      let pattern = try Regex(rows)
      chosen = chosen.filter { $0.name.firstMatch(of: pattern) != nil }
    }
    if chosen.isEmpty && !growth { throw ValidationError("No row matches '\(rows ?? "")'.") }
    if list {
      for row in chosen { print("\(row.name): \(row.what), \(row.unit)") }
      return
    }

    let company = try Company(python: noPeers ? nil : python)
    defer { company.dismiss() }
    let seed = seed ?? UInt64.random(in: 0..<1 << 53)
    let rounds = rounds ?? (quick ? 1 : 5)
    let machine = Machine.read(python: company.pythonDescription, peers: company.peerVersions)
    var runner = Runner(company: company, seed: seed)
    try runner.run(chosen, rounds: rounds)
    let results = chosen.map { RowResult($0, runner.blocks) }
    let curves = growth ? Growth.measure(company, isQuick: quick) : nil

    // What people read goes to standard error when the JSON takes standard output.
    let text = Table.text(results, machine: machine, rounds: rounds, seed: seed, growth: curves)
    if json == "-" { Progress.write(text) } else { print(text, terminator: "") }
    if let json {
      let report = Report.json(
        results, machine: machine, rounds: rounds, seed: seed, isQuick: quick, growth: curves)
      let bytes = try report.encoded()
      if json == "-" {
        FileHandle.standardOutput.write(bytes)
      } else {
        try bytes.write(to: URL(fileURLWithPath: json))
      }
    }
  }
}
