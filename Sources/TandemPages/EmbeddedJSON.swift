package import FoundationEssentials

/// JSON within a page's script element.
package enum EmbeddedJSON {
  /// Escapes what could end the element, begin a comment in it, or end a line of a script.
  ///
  /// In JSON, `<`, `>`, `&` and the line separators U+2028 and U+2029 stand in strings only, where each can be
  /// written by its number: the value stays the same.
  ///
  /// - Parameter data: A JSON document, UTF-8.
  /// - Returns: The same document.
  package static func escaped(_ data: Data) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(data.count + data.count / 64)
    let bytes = Array(data)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if let escape = escapes[byte] {
        result += escape
      } else if byte == 0xE2, place + 2 < bytes.count, bytes[place + 1] == 0x80,
        bytes[place + 2] == 0xA8 || bytes[place + 2] == 0xA9
      {
        result += (bytes[place + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8
        place += 2
      } else {
        result.append(byte)
      }
      place += 1
    }
    return result
  }

  private static let escapes: [UInt8: [UInt8]] = [
    UInt8(ascii: "<"): Array(#"\u003c"#.utf8), UInt8(ascii: ">"): Array(#"\u003e"#.utf8),
    UInt8(ascii: "&"): Array(#"\u0026"#.utf8),
  ]
}
