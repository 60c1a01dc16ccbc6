import Tandem
import Testing

/// Conformances that a worker finds without a search.
@Suite struct ConformingTypeTests {
  private struct Local: Codable, Sendable { var number = 0 }

  @Test(arguments: [Int.self, String.self, Double.self] as [any (Codable & Sendable).Type])
  func tablesInImagesHavePlaces(_ type: any (Codable & Sendable).Type) throws {
    let crossing = try ConformingType(portable: type)
    #expect(!crossing.needsSearch)
    #expect(try crossing.resolvePortable() == type)
  }

  /// The runtime makes these tables, some of them in memory that an image reserves for it: a worker has
  /// something else there.
  @Test(
    arguments: [Local.self, [Int].self, [String: [Local]].self, Local?.self]
      as [any (Codable & Sendable).Type])
  func tablesThatTheRuntimeMakesHaveNone(_ type: any (Codable & Sendable).Type) throws {
    let crossing = try ConformingType(portable: type)
    #expect(crossing.needsSearch)
    #expect(try crossing.resolvePortable() == type)
  }
}
