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

  /// The parameters of "select graphic rendition" (ECMA-48, section 8.3.117), joined; empty for none.
  var parameters: String {
    switch self {
    case .plain: ""
    case .strong: SGR.bold
    case .heading: "\(SGR.bold);\(SGR.brightCyan)"
    case .faint: SGR.faint
    case .good: "\(SGR.bold);\(SGR.green)"
    case .bad: SGR.red
    case .notice: SGR.yellow
    case .task: SGR.blue
    case .thread: SGR.cyan
    case .process: SGR.magenta
    case .state(let state): Self.parameters(of: state)
    }
  }

  /// Whether it is a state's, as in a timeline.
  var isState: Bool { if case .state = self { true } else { false } }

  /// Green works, yellow and red wait for a CPU or the GIL, blue sleeps, and grey has nothing to do.
  private static func parameters(of state: WorkerState) -> String {
    switch state {
    case .onCPU: SGR.green
    case .runnable: SGR.yellow
    case .gil: SGR.red
    case .lock: SGR.magenta
    case .io: SGR.cyan
    case .sleep: SGR.blue
    case .child, .waitingForWork: SGR.faint
    case .tooShort, .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle: ""
    }
  }

  /// Numbers of attributes and colours; 96 is the bright cyan that terminals added to the standard's eight.
  private enum SGR {
    static let bold = "1"
    static let faint = "2"
    static let red = "31"
    static let green = "32"
    static let yellow = "33"
    static let blue = "34"
    static let magenta = "35"
    static let cyan = "36"
    static let brightCyan = "96"
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
    // Escape sequences around nothing would only get in the way of searching the text.
    if text.isEmpty { return }
    pieces.append(Piece(text: text, ink: ink))
  }

  /// Appends spaces up to a column; nothing when the line is already there.
  mutating func pad(to column: Int) {
    let missing = column - width
    if missing > 0 { append(String(repeating: " ", count: missing)) }
  }

  /// The line's text, without trailing spaces.
  ///
  /// - Parameters:
  ///   - color: whether escape sequences are written.
  ///   - ascii: whether every character is ASCII.
  /// - Returns: the text.
  func rendered(color: Bool, ascii: Bool = false) -> String {
    var pieces = pieces
    while let last = pieces.last, last.text.allSatisfy({ $0 == " " }) { pieces.removeLast() }
    if let last = pieces.last {
      let kept = last.text.reversed().drop { $0 == " " }.reversed()
      pieces[pieces.count - 1].text = String(kept)
    }
    return pieces.map { piece in
      let parameters = color ? piece.ink.parameters : ""
      let text = ascii ? ASCIIText.of(piece.text, isTimeline: piece.ink.isState) : piece.text
      if parameters.isEmpty { return text }
      return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }.joined()
  }
}
