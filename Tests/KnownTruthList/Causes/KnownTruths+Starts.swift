import Foundation
import TandemModel

extension KnownTruths {
  /// Workers that live shortly, and what comes before and after the program.
  static let starts: [KnownTruth] = {
    let start: Set<String> = ["start-up-dominates"]
    let inTurn: Set<String> = ["never-overlapped"]
    let parent = KnownCause(python: "large parent", "large_parent.py")
    let imports = KnownCause(python: "imports in each process", "imports_in_each.py")
    let shell = KnownCause("short programs in a shell", .shell, "shell_loop.sh")
    let large =
      parent.form("bad", names: ["large-parent-forked"], may: start.union(inTurn))
      + parent.form("fixed", may: start.union(inTurn))
    return large.map { truth in
      var truth = truth
      truth.agreesWithAccount = false
      return truth
    }
      + imports.form("bad", names: start, leavesProcesses: true)
      + imports.form("fixed", may: start, leavesProcesses: true)
      + shell.form("bad", names: start.union(inTurn)) + shell.form("fixed")
      + launcher + background
  }()

  /// A script finds the interpreter, and becomes it: the report is about what it became.
  private static let launcher: [KnownTruth] = {
    guard let python = KnownPython.found.last(where: { $0.hasGIL && $0.isMeasured }) else {
      return []
    }
    let script = KnownRunner.scripts.appending(path: "remainder.py").path()
    return KnownCause("behind a launcher", .shell, "launcher.sh")
      .form(python.path, [script, "bad"], names: ["workers-uneven"])
  }()

  /// A program that ends at once and leaves a process behind, of which nothing but that can be said.
  private static let background: [KnownTruth] = {
    let leaves = KnownCause("process left behind", .c, "leaves_a_process.c")
    return leaves.form("0", leavesProcesses: true).map { truth in
      var truth = truth
      truth.facts = [
        KnownFact("the process left behind is said", exact: 1...1, sampled: nil) { report in
          Double(report.leftRunning.count)
        }
      ]
      return truth
    }
  }()
}
