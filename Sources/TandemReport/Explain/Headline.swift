package import TandemModel
import TandemText

extension ExplainReport {
  /// The figures that lead, on one line: how concurrent, how parallel, how many workers.
  ///
  /// The addends of the concurrency add up as they are printed.
  package var headline: String { headlineParts.joined(separator: " · ") }

  /// The headline's parts, which a narrow terminal shows below each other.
  var headlineParts: [String] {
    [concurrencyText, "parallelism \(FigureText.ratio(parallelism))", startedText]
  }

  private var concurrencyText: String {
    let perWall = wallSeconds > 0 ? 1 / wallSeconds : 0
    let addends = [demand, totals[.io] * perWall, totals[.sleep] * perWall]
    guard addends.allSatisfy(\.isFinite), concurrency.isFinite else {
      return "concurrency \(FigureText.notMeasured)"
    }
    let decimals = concurrency < 99.95 ? 2 : 1
    let steps = decimals == 2 ? 100.0 : 10
    let rounded = DifferenceColumn.apportioned(addends.map { $0 * steps })
    let numbers = rounded.map { FigureText.number($0 / steps, decimals: decimals) }
    let whole = FigureText.number(rounded.reduce(0, +) / steps, decimals: decimals)
    let asleep = rounded[2] == 0 ? "" : " + \(numbers[2]) asleep"
    return "concurrency \(whole) (\(numbers[0]) wanting a CPU + \(numbers[1]) in I/O\(asleep))"
  }

  /// Such as `3 threads and 4 processes started, at most 4 at work at once`.
  ///
  /// Of a program that ran already, what it has: `2 threads besides the first thread`.
  var startedText: String {
    let isSampled = sources.switches == .sampled
    let started = Self.counts(threads: starts.threads, processes: starts.processes)
    let seen = (
      threads: workers.count { $0.kind == .thread },
      processes: workers.count { $0.kind == .process }
    )
    let hadMore = seen.threads > starts.threads || seen.processes > starts.processes
    var text: String
    if exit == nil, hadMore {
      let hasUnlisted = isSampled || otherWorkers != nil
      text =
        (hasUnlisted ? "at least " : "")
        + Self.counts(threads: seen.threads, processes: seen.processes)
        + " besides the first thread"
      if !started.isEmpty { text += " (\(started) started meanwhile)" }
    } else if started.isEmpty {
      return "nothing started"
    } else {
      text = (isSampled ? "at least " : "") + started + " started"
    }
    // Of workers that all waited, the number at work tells nothing.
    if maxAtOnce == 0 { return text }
    return text
      + ", at most \(FigureText.count(maxAtOnce))\(isSampled ? " seen" : "") at work at once"
  }

  private static func counts(threads: Int, processes: Int) -> String {
    [(threads, "thread"), (processes, "process")].filter { $0.0 > 0 }
      .map { FigureText.count($0.0, $0.1) }.joined(separator: " and ")
  }

  /// The version of Python in its processes, where there is one, and whether it runs without its lock.
  var pythonTexts: [String] {
    let versions = Set(gil.compactMap(\.version))
    let states = Set(gil.map(\.state))
    let lock = states == [.off] ? " without a GIL" : ""
    return versions.count == 1
      ? versions.map { "Python \(TextWidth.sanitized($0))\(lock)" } : []
  }

  /// The program and its arguments, as one would type them.
  var commandText: String { CommandText.text(of: command) }

  /// How long it ran and how it ended: `4.02 s, ended with exit code 0`.
  var endText: String {
    let end =
      switch exit {
      case .code(let code): "ended with exit code \(code)"
      case .signal(let signal): "ended by \(SignalName.of(signal))"
      case nil: "still running"
      }
    return "\(FigureText.duration(wallSeconds)), \(end)"
  }
}

/// What was run, on what, and how it ended.
struct ProgramSection: Section {
  /// The report.
  var report: ExplainReport

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    var lines = Self.title("what a program's threads and processes did", report, width: width)
    lines.append(StyledLine())
    let machine = report.machine
    var facts = [
      ("command", report.commandText, Ink.strong),
      (
        report.exit == nil ? "observed" : "wall time", report.endText,
        Self.ink(of: report.exit)
      ),
      ("machine", "\(machine.cpuText) · Linux \(machine.kernel)", .plain),
    ]
    if let launcher = Self.launcherText(report) {
      facts.insert(("launcher", launcher, .faint), at: 1)
    }
    if let left = Self.leftText(report) { facts.insert(("left over", left, .notice), at: 2) }
    for (name, value, ink) in facts {
      lines += StyledLine.wrapped(
        value, after: "  " + name.padding(to: 11), .faint, ink: ink, width: width)
    }
    return lines
  }

  /// What a launcher did, where that matters; nil otherwise.
  static func launcherText(_ report: ExplainReport) -> String? {
    // `env`, `nice` and their like execute the program at once.
    guard let launcher = report.launcher,
      launcher.processes > 0 || launcher.wallSeconds >= 0.05 * report.wallSeconds
    else { return nil }
    return text(of: launcher, report)
  }

  /// Such as `40 processes in 280 ms found the program (python3.12), which all else is about`.
  private static func text(of launcher: Launcher, _ report: ExplainReport) -> String {
    let least = report.sources.switches == .sampled ? "at least " : ""
    let processes =
      launcher.processes == 0
      ? "" : "\(least)\(FigureText.count(launcher.processes, "process")), "
    let name = TextWidth.sanitized(report.workers.first { $0.kind == .main }?.name ?? "")
    let program = name.isEmpty ? "the program" : name
    let isMost = launcher.wallSeconds > report.wallSeconds
    return """
      \(processes)\(FigureText.duration(launcher.wallSeconds))\(isMost ? ", most of the time," : "") \
      until it executed \(program), which everything else here is about (--with-launcher: about both)
      """
  }

  /// The most processes that are named.
  private static let mostNamed = 4

  /// Which processes were still running when the program had ended; nil for none.
  static func leftText(_ report: ExplainReport) -> String? {
    let left = report.leftRunning
    if left.isEmpty { return nil }
    var names = left.prefix(mostNamed).map { TextWidth.sanitized("\($0.name) (\($0.pid))") }
    if left.count > names.count {
      names.append(FigureText.count(left.count - names.count, "more process"))
    }
    return "\(FigureText.list(names)), still running when the program had ended"
  }

  /// How an end is shown: a failure asks for attention.
  static func ink(of exit: ProgramExit?) -> Ink {
    switch exit {
    case .code(0), nil: .plain
    case .code, .signal: .bad
    }
  }

  /// The first line of what is printed.
  static func title(_ text: String, _ report: ExplainReport, width: Int) -> [StyledLine] {
    StyledLine.wrapped(
      "\(report.tandemVersion) · \(text)", after: "tandem explain ", .heading, ink: .faint,
      width: width)
  }
}

/// The figures that lead, broken where they meet.
struct HeadlineSection: Section {
  /// The report.
  var report: ExplainReport
  /// What stands before the first line; the others are indented to it.
  var lead = ""

  /// At least one line.
  func lines(width: Int) -> [StyledLine] {
    StyledLine.joined(report.headlineParts, after: lead, ink: .strong, width: width)
  }
}

extension ExplainSweep {
  /// The program and its arguments, with the place of the value.
  var commandText: String { CommandText.text(of: command, plainToo: ["{", "}"]) }
}

extension ExplainReport {
  /// The program without its folder, and its arguments.
  var briefCommand: String { CommandText.brief(command) }
}

extension ExplainSweep {
  /// The program without its folder, and its arguments.
  var briefCommand: String { CommandText.brief(command, plainToo: ["{", "}"]) }
}

/// A command as one would type it.
enum CommandText {
  /// A script given as an argument would fill the screen.
  static let mostColumns = 240

  /// The same without the program's folder.
  static func brief(_ command: [String], plainToo: Set<Character> = []) -> String {
    guard let program = command.first else { return "" }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    return text(of: [name] + command.dropFirst(), plainToo: plainToo)
  }

  /// Quotes the arguments that need it, and cuts what would fill the screen.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - plainToo: characters that need no quotes here.
  ///   - mostColumns: the columns from which on it is cut.
  /// - Returns: one line.
  static func text(
    of command: [String], plainToo: Set<Character> = [], mostColumns: Int = mostColumns
  ) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^~")
      .union(plainToo)
    let words = command.map { word in
      let safe = TextWidth.sanitized(word)
      let needsQuotes = safe.isEmpty || safe.contains { $0.isASCII && !plain.contains($0) }
      return needsQuotes ? "'\(safe.replacing("'", with: #"'\''"#))'" : safe
    }
    return TextWidth.truncated(words.joined(separator: " "), to: mostColumns)
  }
}
