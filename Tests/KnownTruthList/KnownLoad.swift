import Glibc
import Foundation

/// How much the machine's CPUs had done at a moment, and how much of it for this process's children.
struct KnownLoad {
  /// CPU seconds of the machine that weren't idle, what its host stole among them.
  var busySeconds: Double
  /// All CPU seconds of the machine.
  var allSeconds: Double
  /// CPU seconds of this process and of its children that were waited for.
  var ownSeconds: Double

  /// As it is now.
  static func now() -> KnownLoad {
    let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
    // The first line is about all CPUs: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)).
    let ticks = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8)
      .compactMap { Double($0) }
    let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    let all = ticks.reduce(0, +) / perSecond
    let idle = ticks.count > 4 ? (ticks[3] + ticks[4]) / perSecond : 0
    return KnownLoad(
      busySeconds: all - idle, allSeconds: all,
      ownSeconds: Self.cpuSeconds(RUSAGE_SELF) + Self.cpuSeconds(RUSAGE_CHILDREN))
  }

  /// The share of the CPUs that others used since a moment.
  ///
  /// - Parameter start: the moment.
  /// - Returns: the share; 0 where too little time went by for the kernel's account.
  func othersShare(since start: KnownLoad) -> Double {
    let all = allSeconds - start.allSeconds
    let others = (busySeconds - start.busySeconds) - (ownSeconds - start.ownSeconds)
    return all > 0.1 ? max(0, others / all) : 0
  }

  private static func cpuSeconds(_ of: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(of.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
