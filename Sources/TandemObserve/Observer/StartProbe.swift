import Glibc
package import TandemModel
import TandemSystem

/// Measures what it costs to follow a worker's start, with threads of this process.
///
/// The kernel makes one event per CPU for each followed thread or process, and removes them at its end.
/// The program pays for that, and more so the more CPUs there are. The cost can't be seen in the
/// program's own run, but depends only on the machine.
package enum StartProbe {
  /// The cost is measured from this many starts, and this many a second, on.
  package static let leastStarts = 100
  package static let leastPerSecond = 100.0

  private static let rounds = 9
  private static let startsPerRound = 40
  /// Pages of a ring with room for a round's records.
  private static let pages = 16

  /// Measures the extra cost of a start that is followed.
  ///
  /// Takes about 50 ms, in which threads start and end at once. The CPU time of other threads of this
  /// process would be counted too, so there should be none.
  ///
  /// - Parameter eventsPerCPU: as in `ObservationOptions`.
  /// - Returns: CPU seconds, the median over rounds in turns; nil when it can't be measured.
  package static func secondsPerStart(eventsPerCPU: Int = 1) -> Double? {
    var differences: [Double] = []
    // Warm up: the first threads allocate stacks and fill the kernel's caches.
    guard cpuPerStart() != nil else { return nil }
    for round in 0..<rounds {
      // The order alternates, so that neither side always benefits from the other's warm caches.
      var times: [Bool: Double] = [:]
      for isFollowed in [round.isMultiple(of: 2), !round.isMultiple(of: 2)] {
        times[isFollowed] = isFollowed ? followedCPUPerStart(eventsPerCPU) : cpuPerStart()
      }
      guard let followed = times[true], let plain = times[false] else { return nil }
      differences.append(followed - plain)
    }
    return Statistics.median(differences).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func followedCPUPerStart(_ eventsPerCPU: Int) -> Double? {
    guard
      let events = try? SwitchEvents(
        following: .threads([OSThread.currentID]), pagesPerRing: pages, eventsPerCPU: eventsPerCPU)
    else { return nil }
    let result = cpuPerStart()
    // The events stay open up to here.
    _ = consume events
    return result
  }

  private static func cpuPerStart() -> Double? {
    let before = RUsage.now(.process).cpuNS
    for _ in 0..<startsPerRound {
      var thread = pthread_t()
      guard pthread_create(&thread, nil, { _ in nil }, nil) == 0,
        pthread_join(thread, nil) == 0
      else { return nil }
    }
    let after = RUsage.now(.process).cpuNS
    return Double(after - min(before, after)) / 1e9 / Double(startsPerRound)
  }
}

extension StartsCost {
  /// Measures what it cost to follow a program's starts, if there were enough of them to matter.
  ///
  /// - Parameters:
  ///   - started: how many workers it started.
  ///   - wallSeconds: its wall time.
  ///   - secondsPerStart: measures the cost of one start.
  package init?(started: Int, wallSeconds: Double, secondsPerStart: () -> Double?) {
    let perSecond = Double(started) / max(wallSeconds, 1e-9)
    guard started >= StartProbe.leastStarts, perSecond >= StartProbe.leastPerSecond,
      let cpuSeconds = secondsPerStart()
    else { return nil }
    self.init(
      started: started, perSecond: perSecond, cpuSecondsPerStart: cpuSeconds,
      cpuSeconds: cpuSeconds * Double(started),
      share: cpuSeconds * perSecond)
  }
}
