import TandemModel
import TandemText

/// Times in which the program stood still: who waited for what, who could have ended it, and the ring.
struct StandstillSection: Section {
  private let standstills: [ObservedStandstill]
  private let names: WorkerNames
  /// The number of the program's first process, where it is said how to end that.
  private let toEnd: Int32?
  /// The most standstills that are drawn, and the most waits of each.
  private let most: Int
  private let mostWaits: Int

  /// Makes a section.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - most: The most standstills that are drawn.
  ///   - mostWaits: The most waits of each.
  ///   - saysHowToEnd: Whether it is said how to end a program that is left as it is.
  init(
    report: ExplainReport, most: Int = 3, mostWaits: Int = 12, saysHowToEnd: Bool = false
  ) {
    standstills = report.standstills
    toEnd =
      saysHowToEnd && report.exit == nil
      ? report.workers.first { $0.kind == .main }?.pid : nil
    self.most = most
    self.mostWaits = mostWaits
    names = WorkerNames(report.workers)
  }

  /// Makes a section of one standstill that lasts.
  ///
  /// - Parameters:
  ///   - standstill: The standstill.
  ///   - workers: The program's workers.
  init(_ standstill: ObservedStandstill, of workers: [ObservedWorker]) {
    (standstills, toEnd, most, mostWaits) = ([standstill], nil, 1, 12)
    names = WorkerNames(workers)
  }

  /// The most workers that are named as those that could end a wait.
  private static let mostActors = 4

  /// The section's lines; none when the program never stood still.
  func lines(width: Int) -> [StyledLine] {
    let shown = standstills.sorted { place($0) > place($1) }.prefix(most)
    if shown.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("Stands still")]
    for standstill in shown {
      lines += StyledLine.wrapped(
        title(standstill), after: "  ", .strong, ink: .strong, width: width)
      lines += waits(standstill, width: width)
      if !standstill.ring.isEmpty {
        lines += StyledLine.wrapped(
          ring(standstill), after: "    the ring: ", .faint, ink: .notice, width: width)
      }
      if standstill.endedObservation {
        lines += StyledLine.wrapped(
          """
          The observation ended here, because nothing more is to be seen (--for observes as long as you \
          like).\(ending)
          """, after: "  ", ink: .faint, width: width)
      }
    }
    let hidden = standstills.count - shown.count
    if hidden > 0 {
      lines += StyledLine.wrapped(
        FigureText.count(hidden, "more, shorter standstill"), after: "  ", ink: .faint, width: width
      )
    }
    return lines
  }

  /// How to end the program, which nobody has ended; empty where that isn't certain.
  private var ending: String {
    toEnd.map { " The program is still there: kill -KILL \($0) ends its first process." } ?? ""
  }

  private func place(_ standstill: ObservedStandstill) -> (Int, Double) {
    (standstill.neverEnds ? 1 : 0, standstill.seconds)
  }

  private func title(_ standstill: ObservedStandstill) -> String {
    let who =
      standstill.isWholeProgram
      ? "All workers"
      : FigureText.count(standstill.waits.count + standstill.moreWaits, "worker")
    let time = """
      \(who), for \(FigureText.duration(standstill.seconds)) from \
      \(FigureText.duration(standstill.startedSeconds)) on
      """
    if standstill.neverEnds {
      return time
        + (standstill.isOver ? ": it could not end by itself" : ": it never ends by itself")
    }
    return time + (standstill.isOver ? ", then a worker went on" : ", and still")
  }

  // MARK: Who waits for whom

  /// A line a worker: what it waits for, and behind an arrow, who could end that.
  private func waits(_ standstill: ObservedStandstill, width: Int) -> [StyledLine] {
    let shown = standstill.waits.prefix(mostWaits)
    let names = shown.map { name(of: $0.tid, standstill) }
    let lead = (names.map { TextWidth.columns(of: $0) }.max() ?? 0) + 2
    var lines = zip(shown, names).flatMap { wait, name -> [StyledLine] in
      let limit =
        wait.hasLimit
        ? wait.limitSeconds.map { ", at most \(FigureText.duration($0))" }
          ?? ", with a time limit" : ""
      let place = wait.function.map { "in \($0.text) " } ?? ""
      let sentence = "\(place)waits for \(what(wait))\(limit) → \(actors(of: wait, standstill))"
      // On a narrow terminal, a long name has a line of its own.
      return lead > width / 2
        ? StyledLine.wrapped(name, after: "    ", ink: .strong, width: width)
          + StyledLine.wrapped(sentence, after: "      ", width: width)
        : StyledLine.wrapped(
          sentence, after: "    " + name.padding(to: lead), .strong, width: width)
    }
    let hidden = standstill.waits.count - shown.count + standstill.moreWaits
    if hidden > 0 {
      lines += StyledLine.wrapped(
        "\(FigureText.count(hidden, "more worker")) \(hidden == 1 ? "waits" : "wait")",
        after: "    ", ink: .faint, width: width)
    }
    return lines
  }

  private func what(_ wait: StandstillWait) -> String {
    let what =
      switch wait.target {
      case .lock: "a lock"
      case .gil: "the GIL"
      case .readWriteLock: "a read-write lock"
      case .queueTurn: "a turn in a queue"
      case .semaphore: "a semaphore"
      case .pythonLock: "a Python lock"
      case .systemV: "System V semaphores"
      case .condition: "a condition"
      case .barrier: "a barrier"
      case .queue: "a queue"
      case .openMPTeam: "an OpenMP team"
      case .threadEnd: "a thread's end"
      case .processEnd: "a process's end"
      case .pipeData: "data"
      case .pipeRoom: "room"
      case .socketData: "data from a socket"
      case .socketRoom: "room in a socket"
      case .severalDescriptors: "several pipes"
      case .fileLock: "a file's lock"
      case .word: "another thread"
      }
    if let variable = wait.variable {
      let file = wait.mapping?.split(separator: "/").last.map { " in \($0)" } ?? ""
      return "\(what) (\(TextWidth.sanitized(variable + file)))"
    }
    switch wait.target {
    case .pipeData: return "\(what) from \(wait.object ?? "a pipe")"
    case .pipeRoom: return "\(what) in \(wait.object ?? "a pipe")"
    case .fileLock: return wait.object.map { "the lock on \($0)" } ?? what
    default: return what
    }
  }

  private func actors(of wait: StandstillWait, _ standstill: ObservedStandstill) -> String {
    if let next = next(after: wait.tid, standstill) {
      return next == wait.tid ? "itself" : name(of: next, standstill)
    }
    if let holder = wait.holder {
      return wait.couldEnd.isEmpty ? "\(holder), which is gone" : name(of: holder, standstill)
    }
    if wait.couldEnd.isEmpty { return wait.nobodyElse ? "nobody who is left" : "not known" }
    let named = wait.couldEnd.prefix(Self.mostActors).map { name(of: $0, standstill) }
    let more = wait.couldEnd.count > named.count ? " …" : ""
    return named.joined(separator: " or ") + more
  }

  private func next(after tid: Int32, _ standstill: ObservedStandstill) -> Int32? {
    standstill.ring.firstIndex(of: tid).map {
      standstill.ring[($0 + 1) % standstill.ring.count]
    }
  }

  private func name(of tid: Int32, _ standstill: ObservedStandstill) -> String {
    let name =
      names.name(ofThread: tid)
      ?? TextWidth.sanitized(standstill.waits.first { $0.tid == tid }?.name ?? "")
    return name.isEmpty ? "\(tid)" : "\(name) (\(tid))"
  }

  private func ring(_ standstill: ObservedStandstill) -> String {
    (standstill.ring + standstill.ring.prefix(1)).map { name(of: $0, standstill) }
      .joined(separator: " → ")
  }
}
