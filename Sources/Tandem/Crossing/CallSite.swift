/// Where a call is written.
@usableFromInline
package struct CallSite: Sendable, CustomStringConvertible {
  /// `Module/File.swift`.
  var fileID: StaticString
  /// The line.
  var line: UInt

  /// A place.
  ///
  /// - Parameters:
  ///   - fileID: its file.
  ///   - line: its line.
  @usableFromInline
  package init(fileID: StaticString, line: UInt) {
    self.fileID = fileID
    self.line = line
  }

  /// The module's name.
  var module: String { String("\(fileID)".prefix { $0 != "/" }) }

  /// `Module/File.swift:12`.
  @usableFromInline
  package var description: String { "\(fileID):\(line)" }
}
