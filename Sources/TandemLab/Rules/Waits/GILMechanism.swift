import TandemModel
import TandemText

/// How waits for a GIL come about, where its figures show that: one long hold, or a convoy.
///
/// In a convoy, threads that need the lock for microseconds each time wait a whole switch interval for it,
/// because another thread computes under it (CPython issue 7946).
struct GILMechanism {
  /// What is said of it.
  let sentence: String
  /// What to do.
  let advice: String
  /// The figures behind it.
  let evidence: [String: Double?]

  /// A hold is long from this many switch intervals on.
  private static let longHold = 20.0
  /// The share of the time that threads waited which a hold, or waits of one interval, must explain.
  private static let leastPart = 0.5
  /// Fewer waits are no convoy.
  private static let fewestWaits = 20.0
  /// In a convoy, each wait ends with a hand-over, and another one gives the lock back.
  ///
  /// During a long hold
  /// there are many intervals for each hand-over.
  private static let mostWaitsPerHandover = 1.5
  /// The most that the threads in a convoy compute for each wait, in intervals.
  private static let mostComputed = 0.25

  /// Looks at a lock; gives nil when its waits come about in another way, or when that isn't known.
  ///
  /// - Parameters:
  ///   - lock: the lock.
  ///   - program: what was observed of the program.
  init?(_ lock: ObservedGIL, in program: ExplainReport) {
    guard let interval = lock.intervalSeconds, interval > 0, let wait = lock.waitSeconds else {
      return nil
    }
    if let hold = lock.longestHold, hold.waitedSeconds >= Self.longHold * interval,
      hold.waitedSeconds >= Self.leastPart * program.wallShare(.gil) * program.wallSeconds
    {
      self.init(hold: hold, of: lock, in: program)
    } else if let waits = lock.waits, waits.count >= Self.fewestWaits,
      waits.count <= Self.mostWaitsPerHandover * (lock.handovers ?? 0),
      waits.onCPUSeconds <= Self.mostComputed * interval,
      waits.count * waits.meanSeconds >= Self.leastPart * wait
    {
      self.init(convoy: waits, of: lock, interval: interval)
    } else {
      return nil
    }
  }

  private init(hold: GILHold, of lock: ObservedGIL, in program: ExplainReport) {
    let name = hold.tid.flatMap { tid in program.workers.first { $0.tid == tid }?.name }
    let holder =
      hold.tid.map { "Thread \($0)\(name.map { $0.isEmpty ? "" : " (\($0))" } ?? "")" }
      ?? "One thread"
    let place = hold.function.map { ", in \($0.inWords)" } ?? ""
    sentence = """
      \(holder) held it for at least \(FigureText.duration(hold.seconds)) without a hand-over\(place), and \
      another thread waited for it for at least \(FigureText.duration(hold.waitedSeconds)) of that
      """
    advice = """
      Move that call to a process, or make it shorter: native code that keeps the GIL lets no other thread \
      run until it returns, and a shorter switch interval doesn't change that.
      """
    evidence = ["longest_hold_s": hold.seconds, "waited_s": hold.waitedSeconds]
  }

  private init(convoy waits: GILIntervalWaits, of lock: ObservedGIL, interval: Double) {
    let place = lock.heldIn.map { ", mostly in \($0.inWords)" }
    sentence = """
      About \(FigureText.count(waits.count)) waits took \
      \(FigureText.duration(waits.meanSeconds)) each, a switch interval \
      (\(FigureText.setting(seconds: interval))), for \(FigureText.duration(waits.onCPUSeconds)) of \
      computing each: after a call that lets the GIL go, such as I/O, a thread waited until another one that \
      computed gave it up\(place ?? "")
      """
    advice = """
      Move the computing to a process, or make fewer calls that let the GIL go beside it; a shorter switch \
      interval (sys.setswitchinterval) shortens each wait, at the price of more hand-overs.
      """
    evidence = [
      "interval_waits": waits.count, "mean_wait_s": waits.meanSeconds,
      "switch_interval_s": interval, "on_cpu_s_per_wait": waits.onCPUSeconds,
    ]
  }
}
