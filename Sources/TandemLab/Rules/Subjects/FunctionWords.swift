import TandemModel
import TandemText

extension ObservedFunction {
  /// What a claim calls it: `Model.score (shop/model.py:12)`.
  var inWords: String { FigureText.place(name, file: file, line: line) }
}

extension [FunctionShare] {
  /// From this share on, most of something is in one function.
  private static let most = 0.5

  /// The function that most of something is in; nil where there is none.
  var mostly: ObservedFunction? { first.flatMap { $0.share >= Self.most ? $0.function : nil } }
}

extension ObservedGIL {
  /// Fewer looks that found it held don't tell where it is held.
  private static let leastLooks = 20.0
  /// At least this share of the looks finds a lock held that threads wait for, also where looks find it free
  /// too often to tell its share of the time.
  private static let leastHeld = 0.1

  /// Where most of the time it was held; nil where that isn't known.
  var heldIn: ObservedFunction? {
    Double(samples) * (heldShare ?? Self.leastHeld) >= Self.leastLooks ? functions.mostly : nil
  }

  /// Where most of the time it was held, unless that is where threads waited for it as well.
  var heldElsewhere: ObservedFunction? {
    guard let held = heldIn else { return nil }
    let waited = waitingFunctions.mostly
    return waited?.name == held.name && waited?.file == held.file ? nil : held
  }
}
