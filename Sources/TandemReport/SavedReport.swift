package import FoundationEssentials
import TandemModel

/// A report that was read from JSON, of whichever schema it is.
package struct SavedReport: Sendable {
  /// The report.
  package let report: any SchemaReport & TerminalReport
  /// The keys that the version of Tandem that wrote it didn't have yet, such as `gil[].holds`.
  package let unrecorded: [String]

  /// Why a text is no report that can be shown: a clause.
  package struct Unreadable: Error, Equatable {
    /// What is wrong, such as `it isn't JSON`.
    package let why: String
  }

  /// The schemas that can be shown.
  package static let schemas = readable.map { $0.schemaName }

  private static let readable: [any (SchemaReport & TerminalReport).Type] = [
    CompareReport.self, ExplainReport.self, ExplainDifference.self, ExplainSweep.self,
    DoctorReport.self,
  ]

  /// Reads a report, also of an earlier version.
  ///
  /// - Parameter data: the bytes of one JSON document.
  /// - Throws: what is wrong with it.
  package init(_ data: Data) throws(Unreadable) {
    if data.isEmpty { throw Unreadable(why: "it is empty") }
    let found: String
    do {
      found = try JSONReport.schemaName(of: data) ?? ""
    } catch {
      throw Unreadable(why: "it isn't JSON, or not all of it")
    }
    guard let type = Self.readable.first(where: { $0.schemaName == found }) else {
      throw Unreadable(why: Self.unknown(found))
    }
    let keys = UnrecordedKeys()
    do {
      report = try JSONReport.decode(data, as: type, noting: keys)
    } catch {
      throw Unreadable(why: "it isn't a whole \(found) report: \(Self.problem(error))")
    }
    unrecorded = keys.all
  }

  private static func unknown(_ found: String) -> String {
    let known = "this version, \(TandemVersion.current), reads \(schemas.joined(separator: ", "))"
    if found.isEmpty { return "it names no schema; \(known)" }
    let name = found.prefix { $0 != "/" }
    let isOther = schemas.contains { $0.prefix { $0 != "/" } == name }
    let safe = TextWidth.truncated(TextWidth.sanitized(found), to: 60)
    return isOther
      ? "its schema is '\(safe)', which another version of Tandem wrote; \(known)"
      : "its schema is '\(safe)', which is no report of Tandem's; \(known)"
  }

  /// What a decoder objects to: the key, and how it is wrong.
  private static func problem(_ error: any Error) -> String {
    func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return TextWidth.sanitized((keys + (last.map { [$0] } ?? [])).joined(separator: "."))
    }
    return switch error as? DecodingError {
    case .keyNotFound(let key, let context)?: "\(path(context, key.stringValue)) is missing"
    case .valueNotFound(_, let context)?: "\(path(context)) is null"
    case .typeMismatch(_, let context)?, .dataCorrupted(let context)?:
      context.codingPath.isEmpty ? "it can't be read" : "\(path(context)) can't be read"
    default: "it can't be read"
    }
  }
}
