package import FoundationEssentials
package import TandemModel

/// A report that names the schema of its JSON.
package protocol SchemaReport: Codable {
  /// The schema's name and version, such as `tandem.compare/1`.
  static var schemaName: String { get }
}

extension CompareReport: SchemaReport {}
extension ExplainReport: SchemaReport {}
extension ExplainDifference: SchemaReport {}
extension ExplainSweep: SchemaReport {}
extension DoctorReport: SchemaReport {}

/// Reports as JSON (Documentation/schemas.md).
package enum JSONReport {
  /// Why a text is not a report.
  package struct WrongSchema: Error, Equatable, CustomStringConvertible {
    /// The schema that the text names; nil when it names none.
    package let found: String?
    /// The schema that was asked for.
    package let wanted: String

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
  /// - Parameters:
  ///   - report: the report.
  ///   - isIndented: whether it is laid out for people.
  /// - Returns: the text's bytes.
  /// - Throws: `EncodingError` when a number isn't finite.
  package static func encode(
    _ report: some SchemaReport, isIndented: Bool = true
  ) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .throw
    return try encoder.encode(report) + Data("\n".utf8)
  }

  /// Reads a report.
  ///
  /// - Parameters:
  ///   - data: the bytes of one JSON document.
  ///   - type: the report that is wanted.
  ///   - unrecorded: where keys are noted that an earlier version didn't write yet; without it, their absence is
  ///     an error, unless they may be null.
  /// - Returns: the report.
  /// - Throws: `WrongSchema` when it is of another schema; `DecodingError` when it isn't JSON, or
  ///   a value is missing or of the wrong type.
  package static func decode<Report: SchemaReport>(
    _ data: Data, as type: Report.Type, noting unrecorded: UnrecordedKeys? = nil
  ) throws -> Report {
    let decoder = JSONDecoder()
    if let unrecorded, let key = UnrecordedKeys.userInfoKey { decoder.userInfo[key] = unrecorded }
    // The name first: a file of another schema should say so, not which of its keys is missing.
    let found = try decoder.decode(SchemaName.self, from: data).schema
    guard found == type.schemaName else {
      throw WrongSchema(found: found, wanted: type.schemaName)
    }
    return try decoder.decode(type, from: data)
  }

  /// The schema that a document names; nil when it names none.
  ///
  /// - Parameter data: the bytes of one JSON document.
  /// - Returns: such as `tandem.explain/1`.
  /// - Throws: `DecodingError` when it isn't JSON.
  static func schemaName(of data: Data) throws -> String? {
    // JSON that is no object, or whose schema is no text, names none.
    let value = try JSONDecoder().decode(NamedSchema.self, from: data)
    return value.name
  }

  private struct NamedSchema: Decodable {
    var name: String?

    private enum CodingKeys: String, CodingKey { case schema }

    init(from decoder: any Decoder) throws {
      let container = try? decoder.container(keyedBy: CodingKeys.self)
      name = try? container?.decodeIfPresent(String.self, forKey: .schema)
    }
  }

  private struct SchemaName: Decodable {
    var schema: String?
  }
}
