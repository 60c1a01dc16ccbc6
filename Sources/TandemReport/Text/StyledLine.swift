import Rainbow
import TandemModel

/// What a piece of text is, from which its colour follows.
enum Ink: Sendable {
  /// Ordinary text.
  case plain
  /// Names and figures that are looked for first.
  case strong
  /// The title and the headings of sections.
  case heading
  /// Column heads, explanations, rules: what may be read second.
  case faint
  /// The best of a table, and time saved.
  case good
  /// Failures, and time lost.
  case bad
  /// What asks for attention.
  case notice
  /// The models without workers, and Swift's tasks.
  case task
  /// Models whose workers are threads.
  case thread
  /// Models whose workers are processes.
  case process
  /// What a worker was doing.
  case state(WorkerState)

  /// The parameters of "select graphic rendition" (ECMA-48, section 8.3.117).
  ///
  /// Rainbow gives the numbers. Its functions on strings are not used: they consult whether the
  /// *process's* standard output is a terminal, and the same report may go elsewhere.
  var codes: [UInt8] {
    switch self {
    case .plain: []
    case .strong: Style.bold.value
    case .heading: Style.bold.value + NamedColor.lightCyan.value
    case .faint: Style.dim.value
    case .good: Style.bold.value + NamedColor.green.value
    case .bad: NamedColor.red.value
    case .notice: NamedColor.yellow.value
    case .task: NamedColor.blue.value
    case .thread: NamedColor.cyan.value
    case .process: NamedColor.magenta.value
    case .state(let state): Self.codes(of: state)
    }
  }
}

extension Ink {
  /// Green works, yellow and red would like to, blue waits of its own accord, and grey has nothing to do.
  private static func codes(of state: WorkerState) -> [UInt8] {
    switch state {
    case .onCPU: NamedColor.green.value
    case .runnable: NamedColor.yellow.value
    case .gil: NamedColor.red.value
    case .lock: NamedColor.magenta.value
    case .io: NamedColor.cyan.value
    case .sleep: NamedColor.blue.value
    case .child, .waitingForWork: Style.dim.value
    case .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle: []
    }
  }
}

/// A line of text whose pieces know what they are; colour is added last, and only if wanted.
struct StyledLine: Sendable {
  /// A piece of text of one kind.
  struct Piece: Sendable {
    /// The text, without escape sequences.
    var text: String
    /// What it is.
    var ink: Ink
  }

  /// The pieces from left to right.
  var pieces: [Piece]

  /// Makes a line of one piece.
  init(_ text: String = "", _ ink: Ink = .plain) {
    pieces = text.isEmpty ? [] : [Piece(text: text, ink: ink)]
  }

  /// The columns that the line takes.
  var width: Int { pieces.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }

  /// Appends a piece; an empty text adds none.
  mutating func append(_ text: String, _ ink: Ink = .plain) {
    // Nothing needs no colour: its escape sequences would only be in the way of who searches the text.
    if text.isEmpty { return }
    pieces.append(Piece(text: text, ink: ink))
  }

  /// Appends spaces up to a column; nothing when the line is already there.
  mutating func pad(to column: Int) {
    let missing = column - width
    if missing > 0 { append(String(repeating: " ", count: missing)) }
  }

  /// The line's text, without trailing spaces, with escape sequences only if `color` is on.
  func rendered(color: Bool) -> String {
    var pieces = pieces
    while let last = pieces.last, last.text.allSatisfy({ $0 == " " }) { pieces.removeLast() }
    if let last = pieces.last {
      let kept = last.text.reversed().drop { $0 == " " }.reversed()
      pieces[pieces.count - 1].text = String(kept)
    }
    return pieces.map { piece in
      let codes = color ? piece.ink.codes : []
      if codes.isEmpty { return piece.text }
      let parameters = codes.map(String.init).joined(separator: ";")
      return "\u{1B}[\(parameters)m\(piece.text)\u{1B}[0m"
    }.joined()
  }
}
