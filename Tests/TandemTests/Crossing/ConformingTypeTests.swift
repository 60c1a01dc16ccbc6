import Tandem
import Testing

/// Conformances that a worker need not search for.
@Suite struct ConformingTypeTests {
  private struct Local: Codable, Sendable { var number = 0 }

  @Test func tablesInImagesArePlaces() throws {
    #expect(try Conformances.places(of: Int.self) == 2)
    #expect(try Conformances.places(of: String.self) == 2)
  }

  /// The runtime makes them, some in memory that an image keeps for it: in a worker something else is there.
  @Test func tablesThatTheRuntimeMakesAreNone() throws {
    #expect(try Conformances.places(of: Local.self) == 0)
    #expect(try Conformances.places(of: [Int].self) == 0)
    #expect(try Conformances.places(of: [String: [Local]].self) == 0)
    #expect(try Conformances.places(of: Local?.self) == 0)
  }
}
