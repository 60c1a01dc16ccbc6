import Foundation
import Testing

/// Expected texts, kept as files beside the tests.
enum Snapshot {
  /// The folder of the expected texts.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Snapshots")

  /// Compares a text with the file of that name.
  ///
  /// With `TANDEM_RECORD_SNAPSHOTS` set the file is written instead, and the test fails, so that
  /// a recording run is never mistaken for a passing one.
  static func expect(
    _ text: String, named name: String, extension suffix: String = "txt",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: "\(name).\(suffix)")
    if ProcessInfo.processInfo.environment["TANDEM_RECORD_SNAPSHOTS"] != nil {
      try Data(text.utf8).write(to: file)
      Issue.record("Recorded \(name).", sourceLocation: sourceLocation)
      return
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    if text == expected { return }
    let pairs = zip(
      text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false))
    let first = pairs.enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(name).\(suffix) differs, first in line \(first.map { String($0.offset + 1) } ?? "after its end"):
      is       \(first.map { String($0.element.0) } ?? "")
      expected \(first.map { String($0.element.1) } ?? "")
      """, sourceLocation: sourceLocation)
  }
}
