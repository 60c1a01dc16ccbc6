import TandemModel
import TandemSystem

/// Which CPUs each worker may run on, and whether the program itself has narrowed them.
///
/// A worker has fewer CPUs than the program was given because a launcher such as taskset(1) bound itself
/// before it executed the program, which is its user's choice, or because the program did so while it ran. It
/// was the program only if the process had all CPUs after it had executed the file that it executes now. A
/// child that executes nothing inherits that from its parent.
struct CPUMasks {
  /// The CPUs that the program was given; the owner keeps them up to date.
  var given: [Int]

  /// Whether `replace` is called for each exec; otherwise the executed file is compared.
  private let knowsExecs: Bool
  /// The observer's own CPUs: a cpuset that shrinks takes them away too.
  private let ownCPUs: [Int]
  /// Processes that had all CPUs since their last exec.
  private var hadAll: Set<Int32> = []
  private var files: [Int32: String] = [:]
  /// Processes that have executed another file since their workers were last read.
  private var replaced: Set<Int32> = []
  private var readNS: UInt64 = 0
  private var turn = 0
  private var budget: SamplingBudget

  /// How often each worker is read.
  private static let everyNS: UInt64 = 100_000_000

  /// Makes a value when the program has just begun, or was found.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - given: the CPUs that it was given.
  ///   - file: the path of the file that the first process began with; nil when it isn't known.
  ///   - knowsExecs: whether `replace` is called for each exec from now on.
  ///   - nowNS: the time.
  init(mainPID: Int32, given: [Int], file: String? = nil, knowsExecs: Bool, nowNS: UInt64) {
    self.given = given
    self.knowsExecs = knowsExecs
    budget = SamplingBudget(nowNS: nowNS, share: SamplingBudget.share / 3)
    ownCPUs = (try? CPUs.allowedNumbers()) ?? []
    guard !given.isEmpty else { return }
    hadAll = [mainPID]
    // If a launcher has executed another file by now, the comparison shows it.
    if !knowsExecs { files[mainPID] = file ?? Self.file(of: mainPID) }
  }

  /// Notes that a process was forked.
  mutating func begin(_ pid: Int32, parent: Int32) {
    if !knowsExecs {
      files[pid] = Self.file(of: pid)
      // It may have executed something before it was found.
      guard files[pid] == files[parent] else { return }
    }
    if hadAll.contains(parent) { hadAll.insert(pid) }
  }

  /// Notes that a process executed another file.
  mutating func replace(_ pid: Int32) {
    hadAll.remove(pid)
    replaced.insert(pid)
  }

  /// Notes that a process has ended.
  mutating func end(_ pid: Int32) {
    hadAll.remove(pid)
    files[pid] = nil
  }

  /// Whether the process itself has given up the CPUs that it lacks.
  ///
  /// - Parameter pid: the process.
  /// - Returns: false also when that isn't known.
  mutating func isOwnDoing(of pid: Int32) -> Bool {
    if !knowsExecs, let file = Self.file(of: pid), file != files[pid] {
      files[pid] = file
      replace(pid)
    }
    return hadAll.contains(pid) && (try? CPUs.allowedNumbers()) == ownCPUs
  }

  private static func file(of pid: Int32) -> String? {
    try? ProgramFile.executable(of: pid)
  }

  /// Reads the CPUs of the workers that are due: new ones, those whose process executed another file, and
  /// from time to time all.
  mutating func read(of tally: ProgramTally, nowNS: UInt64) {
    let isDue = nowNS >= readNS + Self.everyNS
    if isDue { readNS = nowNS }
    var budget = budget
    budget.fill(nowNS: nowNS)
    var due: [WorkerTrack] = []
    for track in tally.live.values {
      if replaced.contains(track.pid) { (track.cpus, track.narrowing) = (nil, nil) }
      if isDue || track.cpus == nil { due.append(track) }
    }
    replaced = []
    // Begin elsewhere each time, so that a budget too small for all is shared.
    turn &+= 1
    for index in due.indices where budget.hasSome {
      let track = due[(index &+ turn &* 7919) % due.count]
      budget.spend { self.read(track, nowNS: nowNS) }
    }
    self.budget = budget
  }

  /// Reads one worker's CPUs.
  private mutating func read(_ track: WorkerTrack, nowNS: UInt64) {
    guard let cpus = try? CPUs.allowedNumbers(of: track.tid) else { return }
    let isFirst = track.cpus == nil
    guard isFirst || cpus != track.cpus || track.narrowing == nil && cpus != given else { return }
    note(cpus, of: track) {
      // A worker that began like that inherited it from the one that started it.
      if isFirst, let before = track.countsBefore, before.atNS == 0, track.kind != .main {
        return WorkerTrack.Narrowing(sinceNS: track.startedNS, runNS: 0, waitNS: 0)
      }
      guard let counts = try? SchedStat.read(.thread(track.tid, of: track.pid)),
        let before = track.countsBefore
      else { return nil }
      return WorkerTrack.Narrowing(
        sinceNS: nowNS, runNS: counts.runNS &- min(counts.runNS, before.runNS),
        waitNS: counts.waitNS &- min(counts.waitNS, before.waitNS))
    }
  }

  /// Notes what a worker may run on.
  ///
  /// - Parameters:
  ///   - cpus: the numbers of the CPUs, ascending.
  ///   - track: the worker.
  ///   - narrowing: makes the record of a change that the program has made.
  mutating func note(
    _ cpus: [Int], of track: WorkerTrack, narrowing: () -> WorkerTrack.Narrowing?
  ) {
    let isChanged = track.cpus != cpus
    track.cpus = cpus
    guard !Set(cpus).isSuperset(of: given) else {
      track.narrowing = nil
      hadAll.insert(track.pid)
      return
    }
    guard isOwnDoing(of: track.pid) else {
      track.narrowing = nil
      return
    }
    if isChanged || track.narrowing == nil { track.narrowing = narrowing() }
  }
}
