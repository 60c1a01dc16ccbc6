import Glibc
package import TandemModel
import TandemSystem

/// What following a worker's start costs, tried with threads of this process's own.
///
/// A followed thread gets one event a CPU from the kernel when it is made, which are taken down when
/// it ends; a process gets the same. That is paid for by the program, and the more CPUs there are, the
/// more. It can't be told from the program's own run, but it depends on the machine alone.
package enum StartProbe {
  /// So many starts, and so many a second, are a storm whose cost is measured.
  package static let leastStarts = 100
  package static let leastPerSecond = 100.0

  private static let rounds = 9
  private static let startsPerRound = 40
  /// Room for what a round's starts record.
  private static let pages = 16

  /// Measures what a start costs more when it is followed.
  ///
  /// Takes some 50 ms, in which threads are started and end at once. What other threads of this process
  /// do meanwhile would be counted too, so there should be none.
  ///
  /// - Parameter eventsPerCPU: as in `ObservationOptions`.
  /// - Returns: CPU seconds, the median over rounds in turns; nil when it can't be measured.
  package static func secondsPerStart(eventsPerCPU: Int = 1) -> Double? {
    var differences: [Double] = []
    // The first threads make what later ones find: stacks, the caches of the kernel.
    guard cpuPerStart() != nil else { return nil }
    for round in 0..<rounds {
      // Who goes first changes, so that neither always finds what the other has warmed up.
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
    // Up to here the events are open.
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
  /// Measures what following a program's starts cost, if there were enough of them to matter.
  ///
  /// - Parameters:
  ///   - started: how many workers it started.
  ///   - wallSeconds: its wall time.
  ///   - secondsPerStart: measures what one costs.
  package init?(started: Int, wallSeconds: Double, secondsPerStart: () -> Double?) {
    let perSecond = Double(started) / max(wallSeconds, 1e-9)
    guard started >= StartProbe.leastStarts, perSecond >= StartProbe.leastPerSecond,
      let oneSeconds = secondsPerStart()
    else { return nil }
    self.init(
      started: started, perSecond: perSecond, oneSeconds: oneSeconds,
      allSeconds: oneSeconds * Double(started),
      share: oneSeconds * perSecond)
  }
}
