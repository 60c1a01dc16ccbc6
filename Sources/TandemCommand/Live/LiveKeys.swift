import TandemReport

/// Turns what a terminal sends into keys (console_codes(4), ECMA-48).
struct LiveKeys {
  /// The beginning of a sequence whose end hasn't come.
  private var rest: [UInt8] = []

  /// Takes bytes.
  ///
  /// - Parameter bytes: what was read.
  /// - Returns: the keys that mean something here, in order.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [LiveView.Key] {
    var keys: [LiveView.Key] = []
    for byte in bytes {
      rest.append(byte)
      guard let key = Self.key(rest) else { continue }
      rest = []
      if let key { keys.append(key) }
    }
    return keys
  }

  /// What a whole sequence means.
  ///
  /// - Returns: nil while its end hasn't come; a key that means nothing is nil inside.
  private static func key(_ sequence: [UInt8]) -> LiveView.Key?? {
    guard sequence[0] == escape else { return .some(letter(sequence[0])) }
    guard let kind = sequence.dropFirst().first else { return nil }
    // A second escape begins anew; the key Escape alone does nothing.
    guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .some(nil) }
    guard sequence.count > 2, let last = sequence.last, (0x40...0x7E).contains(last) else {
      return sequence.count < longest ? nil : .some(nil)
    }
    switch String(decoding: sequence.dropFirst(2), as: UTF8.self) {
    case "A": return .scroll(-1)
    case "B": return .scroll(1)
    case "5~": return .page(-1)
    case "6~": return .page(1)
    case "H", "1~", "7~": return .top
    default: return .some(nil)
    }
  }

  private static func letter(_ byte: UInt8) -> LiveView.Key? {
    switch Character(UnicodeScalar(byte)) {
    case "q", "Q": .quit
    case "s", "S", ">": .sort
    case "p", "P", " ": .pause
    case "k": .scroll(-1)
    case "j": .scroll(1)
    case "g": .top
    case "\u{0C}": .redraw
    default: nil
    }
  }

  private static let escape: UInt8 = 0x1B
  private static let longest = 16
}
