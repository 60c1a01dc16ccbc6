/// Words as text of a page.
package enum MarkupText {
  /// Escapes what could be markup, in text and in quoted attributes.
  ///
  /// Control characters, which HTML doesn't allow, become U+FFFD; line feeds and tabs stay.
  ///
  /// - Parameter text: The words.
  /// - Returns: UTF-8.
  package static func escaped(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;".utf8
      case "<": result += "&lt;".utf8
      case ">": result += "&gt;".utf8
      case "\"": result += "&quot;".utf8
      case "'": result += "&#39;".utf8
      case "\n", "\t": result += String(scalar).utf8
      default:
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        result += (isControl ? "\u{FFFD}" : String(scalar)).utf8
      }
    }
    return result
  }
}
