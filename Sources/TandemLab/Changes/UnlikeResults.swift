import TandemModel
import TandemText

/// In what two results are not alike besides their times, a clause each.
struct UnlikeResults {
  /// The clauses.
  private(set) var clauses: [String] = []

  /// Compares what both ran on, and with which versions.
  init(_ first: (MachineSummary, version: String), _ second: (MachineSummary, version: String)) {
    let (before, after) = (first.0, second.0)
    note("the CPUs", Self.cpus(before), Self.cpus(after))
    note("the kernels", before.kernel, after.kernel)
    note("the versions of Tandem", first.version, second.version)
  }

  /// Notes something that differs.
  mutating func note(_ what: String, _ before: String, _ after: String) {
    guard before != after else { return }
    clauses.append("\(what) (\(before) and \(after))")
  }

  /// Notes something that differs and is too long to be named.
  mutating func note(_ what: String, if differs: Bool) {
    if differs { clauses.append(what) }
  }

  /// Notes that one of two programs failed, and how.
  mutating func noteExits(_ first: [ExplainReport], _ second: [ExplainReport]) {
    for (before, after) in zip(first, second) where before.exit != after.exit {
      note("how they ended", Self.end(before.exit), Self.end(after.exit))
      return
    }
  }

  private static func cpus(_ machine: MachineSummary) -> String {
    let quota = machine.cpuQuota.map { ", a quota of \(FigureText.setting($0))" } ?? ""
    let allowed =
      machine.cpusAllowed < machine.cpusOnline
      ? "\(FigureText.count(machine.cpusAllowed)) of " : ""
    return allowed + FigureText.count(machine.cpusOnline) + quota
  }

  private static func end(_ exit: ProgramExit?) -> String {
    switch exit {
    case nil: "still running"
    case .code(let code)?: "exit code \(code)"
    case .signal(let signal)?: SignalName.of(signal)
    }
  }
}
