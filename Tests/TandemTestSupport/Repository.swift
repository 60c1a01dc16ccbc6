package import Foundation

/// The folder of the repository that the tests were built from, and the files in it that tests read.
package enum Repository {
  /// The repository's folder.
  package static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The content of a file.
  ///
  /// - Parameter path: its path below the repository's folder, such as `Documentation/waits.md`.
  /// - Returns: its bytes.
  /// - Throws: what Foundation says when it can't be read.
  package static func file(_ path: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: path))
  }

  /// The content of a text file.
  ///
  /// - Parameter path: its path below the repository's folder.
  /// - Returns: its text.
  /// - Throws: what Foundation says when it can't be read.
  package static func text(_ path: String) throws -> String {
    try String(decoding: file(path), as: UTF8.self)
  }
}
