import KnownTruthList

/// What the table is to hold.
struct Request {
  /// Programs whose names or files contain one of these; all when there are none.
  var patterns: [String] = []
  /// How switches are to be seen.
  var modes = KnownMode.allCases
  /// How often each program is run.
  var runs = 1
  /// Whether a load of the table's own runs beside each program.
  var isBusy = false
  /// Whether only the programs with one cause each are wanted.
  var isAboutCauses = false
  /// Whether only the programs that are run for every change are wanted.
  var isFast = false
  /// Whether each figure gets a row.
  var hasFigures = false
  /// The `tandem` to run; nil for the one beside this program.
  var tandem: String?
  /// Where the judgements go as JSON; nil for nowhere.
  var file: String?

  /// What the options mean.
  static let usage = """
    KnownTruthTable [exact|sampled] [--runs N] [--busy] [--causes] [--fast] [--figures]
                    [--tandem FILE] [--json FILE] [PATTERN ...]

      exact, sampled   only this way of seeing switches
      --runs N         runs of each program (1)
      --busy           beside each program, as many processes compute as there are CPUs
      --causes         only the programs with one cause each
      --fast           only those of them that are run for every change
      --figures        a row for each figure
      --tandem FILE    the tandem to run (the one beside this program)
      --json FILE      what was said of each run
      PATTERN          only programs whose name, or whose source's, contains it
    """

  /// Reads arguments; nil when they can't be understood.
  ///
  /// - Parameter arguments: the words after the program's name.
  init?(_ arguments: [String]) {
    var words = arguments[...]
    while let word = words.popFirst() {
      switch word {
      case "--busy": isBusy = true
      case "--causes": isAboutCauses = true
      case "--fast": isFast = true
      case "--figures": hasFigures = true
      case "--runs":
        guard let number = words.popFirst().flatMap({ Int($0) }), number > 0 else { return nil }
        runs = number
      case "--json", "--tandem":
        guard let name = words.popFirst() else { return nil }
        if word == "--json" { file = name } else { tandem = name }
      case _ where word.hasPrefix("-"): return nil
      default:
        if let mode = KnownMode(rawValue: word) {
          modes = [mode]
        } else {
          patterns.append(word)
        }
      }
    }
  }

  /// The programs that are wanted.
  var truths: [KnownTruth] {
    let all =
      isFast ? KnownTruths.fast : (isAboutCauses ? [] : KnownTruths.all) + KnownTruths.causes
    if patterns.isEmpty { return all }
    return all.filter { truth in
      patterns.contains { truth.name.contains($0) || truth.file?.contains($0) == true }
    }
  }
}
