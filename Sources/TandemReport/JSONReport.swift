package import Foundation
package import TandemModel

/// A report as JSON, in the schemas `tandem.compare/1`, `tandem.explain/1` and `tandem.explain-vs/1`
/// (Documentation/compare-1.md, explain-1.md).
package enum JSONReport {
  /// Why a text is not a report.
  package struct WrongSchema: Error, Equatable, CustomStringConvertible {
    /// The schema that the text names; nil when it names none.
    package let found: String?
    /// The schema that was asked for.
    package var wanted = CompareReport.schemaName

    /// A sentence.
    package var description: String {
      let found = found.map { "'\(TextWidth.sanitized($0))'" } ?? "none"
      return "The schema is \(found), but this version reads '\(wanted)'."
    }
  }

  /// Writes a report: UTF-8, indented, keys sorted, ending in a line feed.
  ///
  /// JSON has no infinity and no NaN (RFC 8259, section 6), and neither is a figure: a report that
  /// holds one is refused, naming the key, instead of being written wrongly.
  ///
  /// - Parameter report: The report.
  /// - Returns: The text's bytes.
  /// - Throws: `EncodingError` when a number isn't finite.
  package static func encode(_ report: CompareReport) throws -> Data {
    try text(of: report)
  }

  /// Writes what was seen of a program, in the same way.
  ///
  /// - Parameter report: The report.
  /// - Returns: The text's bytes.
  /// - Throws: `EncodingError` when a number isn't finite.
  package static func encode(_ report: ExplainReport) throws -> Data {
    try text(of: report)
  }

  /// Writes what was seen of two programs, in the same way.
  ///
  /// - Parameter difference: Both reports, and the difference.
  /// - Returns: The text's bytes.
  /// - Throws: `EncodingError` when a number isn't finite.
  package static func encode(_ difference: ExplainDifference) throws -> Data {
    try text(of: difference)
  }

  private static func text(of report: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .throw
    return try encoder.encode(report) + Data("\n".utf8)
  }

  /// Reads a report.
  ///
  /// - Parameter data: The bytes of one JSON document.
  /// - Returns: The report.
  /// - Throws: `WrongSchema` when it is of another schema; `DecodingError` when it isn't JSON, or
  ///   a value is missing or of the wrong type.
  package static func decode(_ data: Data) throws -> CompareReport {
    try value(in: data, of: CompareReport.schemaName)
  }

  /// Reads what was seen of a program.
  ///
  /// - Parameter data: The bytes of one JSON document.
  /// - Returns: The report.
  /// - Throws: As `decode` does.
  package static func decodeExplanation(_ data: Data) throws -> ExplainReport {
    try value(in: data, of: ExplainReport.schemaName)
  }

  /// Reads what was seen of two programs.
  ///
  /// - Parameter data: The bytes of one JSON document.
  /// - Returns: Both reports, and the difference.
  /// - Throws: As `decode` does.
  package static func decodeDifference(_ data: Data) throws -> ExplainDifference {
    try value(in: data, of: ExplainDifference.schemaName)
  }

  private static func value<Value: Decodable>(
    in data: Data, of schema: String
  ) throws -> Value {
    let decoder = JSONDecoder()
    // The name first: a file of another schema should say so, not which of its keys is missing.
    let found = try decoder.decode(SchemaName.self, from: data).schema
    guard found == schema else { throw WrongSchema(found: found, wanted: schema) }
    return try decoder.decode(Value.self, from: data)
  }

  private struct SchemaName: Decodable {
    var schema: String?
  }
}
