import Tandem
import Testing

/// Conformances that a worker finds without a search.
@Suite struct ConformingTypeTests {
  private struct Local: Codable, Sendable { var number = 0 }

  private func needsSearch(_ type: any (Codable & Sendable).Type) throws -> Bool {
    let crossing = try ConformingType(portable: type)
    #expect(try crossing.resolvePortable() == type)
    return crossing.needsSearch
  }

  @Test func tablesInImagesHavePlaces() throws {
    #expect(try !needsSearch(Int.self))
    #expect(try !needsSearch(String.self))
  }

  /// The runtime makes these tables, some of them in memory that an image reserves for it: a worker has
  /// something else there.
  @Test func tablesThatTheRuntimeMakesHaveNone() throws {
    #expect(try needsSearch(Local.self))
    #expect(try needsSearch([Int].self))
    #expect(try needsSearch([String: [Local]].self))
    #expect(try needsSearch(Local?.self))
  }
}
