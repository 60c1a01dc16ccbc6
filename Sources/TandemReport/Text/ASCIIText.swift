/// Text for terminals and files whose locale isn't UTF-8: every byte below 0x80.
///
/// A sign that a report uses becomes one that looks alike. Any other character, such as one of a program's
/// own name, becomes a question mark for each column that it takes.
package enum ASCIIText {
  /// Replaces what isn't ASCII.
  ///
  /// - Parameters:
  ///   - text: any text; escape sequences for colour stay.
  ///   - isTimeline: whether the signs are those of a timeline's states.
  /// - Returns: the text in ASCII; it may take more columns, as `...` does in place of `…`.
  package static func of(_ text: String, isTimeline: Bool = false) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var result = ""
    for character in text {
      if character.isASCII {
        result.append(character)
      } else if isTimeline, let sign = states[character] {
        result += sign
      } else if let sign = signs[character] {
        result += sign
      } else {
        result += String(repeating: "?", count: TextWidth.columns(of: String(character)))
      }
    }
    return result
  }

  /// What reports are written with.
  private static let signs: [Character: String] = [
    "…": "...", "·": "|", "×": "x", "µ": "u", "–": "-", "−": "-", "→": "->", "●": "*", "▶": ">",
    "“": "\"", "”": "\"", "’": "'", "÷": "/", "≥": ">=", "≤": "<=", "±": "+-", "√": "sqrt",
    "α": "alpha", "β": "beta", "Σ": "sum", "∫": "int", "₀": "0", "₁": "1", "₂": "2", "ₛ": "s",
    "¹": "1", "⁵": "5", "✓": "+", "✗": "x", "─": "-", "━": "=", "├": "|", "└": "`", "╵": "'",
    "▕": "[", "\u{A0}": " ", "\u{202F}": " ",
    // Bars: whole columns; what is less than half of one still shows.
    "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#", "▍": ":", "▎": ":", "▏": ":", "░": "-",
    "▒": "+", "≈": "~",
    // Curves: the higher, the denser.
    "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "↑": "up", "↓": "/down",
  ]

  /// What a timeline is drawn with, where that differs.
  private static let states: [Character: String] = ["░": "%", "·": "."]
}
