import FixtureSupport
import Tandem

/// What must come of a shape; whatever it is, a closure never runs wrongly.
enum Expectation {
  /// It crosses, in debug and in release builds.
  case crosses
  /// It is refused, in debug and in release builds.
  case refused
  /// It is refused in debug builds; in release builds it may cross, because the optimiser may find that
  /// nothing is captured after all.
  case refusedInDebug
}

enum Shapes {
  /// Starts a worker process and holds what comes of it against the expectation.
  static func check<Output: Codable & Sendable & Equatable>(
    _ name: String, _ expectation: Expectation, gives expected: Output,
    _ process: WorkerProcess<Output>
  ) async {
    let crossed: Bool
    do {
      try process.start()
      crossed = true
    } catch  where error.code == .refusedClosure {
      crossed = false
      Checks.that("\(name): says where", error.message.contains("ClosureShapes/"), "\(error)")
    } catch {
      Checks.that(name, false, "neither started nor refused: \(error)")
      return
    }
    if crossed {
      do {
        Checks.equal("\(name): the right value", try await process.value, expected)
      } catch {
        Checks.that("\(name): the right value", false, "\(error)")
      }
    }
    let isRight =
      switch expectation {
      case .crosses: crossed
      case .refused: !crossed
      case .refusedInDebug: !Checks.isDebug || !crossed
      }
    let verb = crossed ? "crossed" : "was refused"
    Checks.that("\(name): \(verb)", isRight, "expected: \(expectation)")
  }
}
