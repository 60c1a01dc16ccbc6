package import Foundation
package import TandemModel

/// The doctor's report as JSON, in the schema `tandem.doctor/1`.
package enum DoctorJSON {
  /// Writes a report: UTF-8, indented, keys sorted, ending in a line feed.
  ///
  /// - Parameter report: the report.
  /// - Returns: the text's bytes.
  /// - Throws: `EncodingError` when a number isn't finite, which JSON can't hold.
  package static func encode(_ report: DoctorReport) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(report) + Data("\n".utf8)
  }
}
