package import FoundationEssentials

/// A text with places such as `{{title}}`, and what goes there.
///
/// A value says what it is, and is escaped for that: nothing that came from outside is ever written as it is.
/// swift-mustache does more than is needed, and imports all of Foundation, which is larger than the executable.
package struct PageTemplate: Sendable {
  /// What goes into a place.
  package enum Value: Sendable {
    /// Words from anywhere, for people: written as text.
    case text(String)
    /// JSON for a script element of data.
    case json(Data)
    /// A file of this target: written as it is.
    case own([UInt8])
  }

  /// A place that has no value, or a value that has no place.
  package struct Mismatch: Error, Equatable {
    /// The place's name.
    package let name: String
  }

  /// The pieces between places, and the places' names.
  private var pieces: [(text: [UInt8], place: String?)] = []

  /// Reads a template.
  ///
  /// - Parameter text: UTF-8, with names in double braces.
  package init(_ text: [UInt8]) {
    var rest = text[...]
    let (open, close) = (Array("{{".utf8), Array("}}".utf8))
    while let begin = rest.firstRange(of: open),
      let end = rest[begin.upperBound...].firstRange(of: close)
    {
      let name = String(decoding: rest[begin.upperBound..<end.lowerBound], as: UTF8.self)
      pieces.append((Array(rest[..<begin.lowerBound]), name))
      rest = rest[end.upperBound...]
    }
    pieces.append((Array(rest), nil))
  }

  /// Fills the places.
  ///
  /// - Parameter values: A value for each place.
  /// - Returns: UTF-8.
  /// - Throws: `Mismatch`.
  package func filled(_ values: [String: Value]) throws(Mismatch) -> [UInt8] {
    let places = Set(pieces.compactMap(\.place))
    if let unused = values.keys.filter({ !places.contains($0) }).min() {
      throw Mismatch(name: unused)
    }
    var result: [UInt8] = []
    for piece in pieces {
      result += piece.text
      guard let place = piece.place else { continue }
      switch values[place] {
      case .text(let text)?: result += MarkupText.escaped(text)
      case .json(let data)?: result += EmbeddedJSON.escaped(data)
      case .own(let bytes)?: result += bytes
      case nil: throw Mismatch(name: place)
      }
    }
    return result
  }
}
