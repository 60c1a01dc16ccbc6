import Foundation
import TandemModel
import TandemReport
import TandemTestSupport
import Testing

/// What `tandem explain --json` wrote, held against the schemas.
enum ExplainDocuments {
  private static func schema(_ name: String) throws -> Data {
    try Repository.file("Documentation/\(name)")
  }

  /// Reads a file of the schema `tandem.explain/1`, in which everything must be valid.
  static func report(_ path: String) throws -> ExplainReport {
    let data = try Data(contentsOf: URL(filePath: path))
    let validator = try SchemaValidator(schema: schema("explain-1.schema.json"))
    #expect(try validator.problems(of: data) == [])
    return try JSONReport.decode(data, as: ExplainReport.self)
  }

  /// Reads a file of the schema `tandem.explain-vs/1`, in which everything must be valid.
  static func difference(_ path: String) throws -> ExplainDifference {
    let data = try Data(contentsOf: URL(filePath: path))
    let validator = try SchemaValidator(
      schema: schema("explain-vs-1.schema.json"),
      others: ["explain-1.schema.json": schema("explain-1.schema.json")])
    #expect(try validator.problems(of: data) == [])
    return try JSONReport.decode(data, as: ExplainDifference.self)
  }

  /// Reads a file of the schema `tandem.explain-sweep/1`, in which everything must be valid.
  static func sweep(_ path: String) throws -> ExplainSweep {
    let data = try Data(contentsOf: URL(filePath: path))
    let validator = try SchemaValidator(
      schema: schema("explain-sweep-1.schema.json"),
      others: [
        "explain-1.schema.json": schema("explain-1.schema.json"),
        "explain-vs-1.schema.json": schema("explain-vs-1.schema.json"),
      ])
    #expect(try validator.problems(of: data) == [])
    return try JSONReport.decode(data, as: ExplainSweep.self)
  }
}
