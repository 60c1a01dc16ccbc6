/// Where a call is written.
struct CallSite: Sendable, CustomStringConvertible {
  /// `Module/File.swift`.
  var fileID: StaticString
  /// The line.
  var line: UInt

  /// The module's name.
  var module: String { String("\(fileID)".prefix { $0 != "/" }) }

  var description: String { "\(fileID):\(line)" }
}
