import TandemModel
import TandemText

/// Python's imports take most of a program's time, or much of that of its processes.
///
/// It belongs to the rule about starts: each new interpreter imports anew.
struct ImportsDominate {
  /// Below this share of the wall time, imports of the only process are not what it does.
  private static let leastShareOfWall = 0.5
  /// Shorter imports of a single process are nobody's concern.
  private static let leastSeconds = 0.1
  /// Below this share of the lives of several processes, they do something else.
  private static let leastShareOfLives = 0.3
  /// Of fewer processes it is one start, and not starting.
  private static let fewestProcesses = 4

  /// What is said of it.
  let sentence: String
  /// The figures behind it.
  let evidence: [String: Double?]
  /// The most that could be saved, in seconds of wall time, and how that was reckoned.
  let gain: (seconds: Double, basis: String)
  /// What to do.
  let advice: String

  /// Looks at a program; gives nil where imports don't matter, or weren't seen.
  ///
  /// - Parameter program: what was observed of it.
  init?(_ program: ExplainReport) {
    guard program.wallSeconds > 0 else { return nil }
    if let inEach = Self(inEachProcessOf: program) {
      self = inEach
    } else if let main = Self(inFirstProcessOf: program) {
      self = main
    } else {
      return nil
    }
  }

  private init?(inEachProcessOf program: ExplainReport) {
    let started = program.workers.filter { $0.kind == .process }
    let imports = started.map { worker in
      (worker, program.gil.first { $0.pid == worker.pid }?.importSeconds)
    }
    let seen = imports.compactMap { worker, seconds in seconds.map { (worker, $0) } }
    guard seen.count >= Self.fewestProcesses, 2 * seen.count >= started.count else { return nil }
    let lives = seen.reduce(0) { $0 + $1.0.lifeSeconds }
    let all = seen.reduce(0) { $0 + $1.1 }
    guard lives > 0, all >= Self.leastShareOfLives * lives else { return nil }
    let span =
      (seen.map(\.0.endedSeconds).max() ?? 0) - (seen.map(\.0.startedSeconds).min() ?? 0)
    sentence = """
      \(FigureText.count(seen.count, "process")) imported modules for about \(FigureText.duration(all)) of the \
      \(FigureText.duration(lives)) that they lived (\(FigureText.duration(all / Double(seen.count))) each): \
      each new interpreter imports them anew
      """
    evidence = [
      "import_s": all, "lives_s": lives, "processes": Double(seen.count),
      "import_s_per_process": all / Double(seen.count),
    ]
    gain = (
      min(span * all / lives, program.wallSeconds),
      "the share of the processes' lives that went into imports, of the time in which there were any"
    )
    advice = """
      Let each process do more of the items (a pool without maxtasksperchild, a larger chunksize), or start \
      them by forking from one that has imported already (multiprocessing's forkserver with \
      set_forkserver_preload).
      """
  }

  private init?(inFirstProcessOf program: ExplainReport) {
    guard program.starts.processes == 0, program.exit != nil,
      let main = program.workers.first(where: { $0.kind == .main }),
      let seconds = program.gil.first(where: { $0.pid == main.pid })?.importSeconds,
      seconds >= Self.leastSeconds, seconds >= Self.leastShareOfWall * program.wallSeconds
    else { return nil }
    sentence = """
      \(main.name) (\(main.pid)) imported modules for about \(FigureText.duration(seconds)) of the \
      \(FigureText.duration(program.wallSeconds)) that it ran: that is its start, and not its work
      """
    evidence = ["import_s": seconds, "wall_s": program.wallSeconds]
    gain = (min(seconds, program.wallSeconds), "the time in which it imported modules")
    advice = """
      Give it more work to judge that, or look at what the imports take (python -X importtime) and import \
      large modules only where they are needed.
      """
  }
}
