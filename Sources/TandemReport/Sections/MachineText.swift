import TandemModel
import TandemText

extension MachineSummary {
  /// How many CPUs there are, and what bounds them.
  var cpuText: String {
    let quota = cpuQuota.map { "a quota of \(FigureText.setting($0))" } ?? "no quota"
    return "\(FigureText.count(effectiveCPUs, "CPU")) usable"
      + " (\(FigureText.count(cpusOnline)) online,"
      + " \(FigureText.count(cpusAllowed)) allowed, \(quota))"
  }
}
