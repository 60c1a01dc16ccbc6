/// A version of Python, as `Py_Version` holds it (C API, "API and ABI Versioning").
package struct PythonVersion: Sendable, Hashable, CustomStringConvertible {
  /// How finished a release is; the number is the one in `PY_VERSION_HEX`.
  package enum Level: UInt8, Sendable {
    /// Anything may still change.
    case alpha = 0xA
    /// Memory layouts may still change.
    case beta = 0xB
    /// A release candidate: the binary interface stays.
    case candidate = 0xC
    /// A release.
    case final = 0xF

    /// The letters before the serial number.
    fileprivate var letters: String {
      switch self {
      case .alpha: "a"
      case .beta: "b"
      case .candidate: "rc"
      case .final: ""
      }
    }
  }

  /// The 3 in 3.11.7.
  package var major: Int
  /// The 11 in 3.11.7.
  package var minor: Int
  /// The 7 in 3.11.7; nil when only the minor version is known.
  package var micro: Int?
  /// How finished it is.
  package var level: Level
  /// The 2 in 3.14.0rc2; 0 for a release.
  package var serial: Int

  /// Makes a version.
  package init(
    _ major: Int, _ minor: Int, _ micro: Int? = nil, level: Level = .final, serial: Int = 0
  ) {
    self.major = major
    self.minor = minor
    self.micro = micro
    self.level = level
    self.serial = serial
  }

  /// Reads `PY_VERSION_HEX`.
  ///
  /// - Parameter hex: the number, such as 0x030b07f0; anything else gives nil.
  package init?(hex: UInt64) {
    guard hex <= UInt64(UInt32.max), (2...3).contains(hex >> 24),
      let level = Level(rawValue: UInt8(truncatingIfNeeded: hex >> 4) & 0xF)
    else { return nil }
    self.init(
      Int(hex >> 24), Int(hex >> 16 & 0xFF), Int(hex >> 8 & 0xFF), level: level,
      serial: Int(hex & 0xF))
  }

  /// Reads `PY_VERSION`.
  ///
  /// - Parameter text: such as `3.9.18`, `3.13.0rc2`, or `3.9.2+` for what was built after 3.9.2;
  ///   anything else gives nil.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let major = Self.number(parts[0]), let minor = Self.number(parts[1])
    else { return nil }
    var rest = parts[2]
    if rest.last == "+" { rest.removeLast() }
    guard let micro = Self.number(rest.prefix { $0.isWholeNumber }) else { return nil }
    rest = rest.drop { $0.isWholeNumber }
    guard !rest.isEmpty else {
      self.init(major, minor, micro)
      return
    }
    let letters = rest.prefix { !$0.isWholeNumber }
    guard let level = [Level.alpha, .beta, .candidate].first(where: { $0.letters == letters }),
      let serial = Self.number(rest.dropFirst(letters.count))
    else { return nil }
    self.init(major, minor, micro, level: level, serial: serial)
  }

  /// A number of at most three ASCII digits.
  private static func number(_ text: Substring) -> Int? {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  package var description: String {
    let name = "\(major).\(minor)" + (micro.map { ".\($0)" } ?? "")
    return level == .final ? name : "\(name)\(level.letters)\(serial)"
  }
}

/// What the name of a file says of the Python in it.
struct PythonFileName: Hashable {
  /// The major version, when the name gives it.
  var major: Int?
  /// The minor version, when the name gives it.
  var minor: Int?

  /// Reads a name such as `python3`, `python3.11`, `libpython3.13t.so.1.0` or `libpython3.11d.so`.
  ///
  /// - Parameter name: the file's name, without its folder; nil comes of any other name.
  init?(_ name: String) {
    var rest = Substring(name)
    if rest.hasPrefix("lib") { rest = rest.dropFirst(3) }
    guard rest.hasPrefix("python") else { return nil }
    rest = rest.dropFirst("python".count)
    if let library = rest.firstRange(of: ".so") { rest = rest[..<library.lowerBound] }
    // The kinds of builds: debug, pymalloc, free-threaded, wide.
    while let last = rest.last, "dmtu".contains(last) { rest.removeLast() }
    if rest.isEmpty { return }
    let numbers = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count <= 2, let major = Int(numbers[0]), (2...3).contains(major) else {
      return nil
    }
    self.major = major
    if numbers.count == 2 {
      guard let minor = Int(numbers[1]), (0...99).contains(minor) else { return nil }
      self.minor = minor
    }
  }
}
