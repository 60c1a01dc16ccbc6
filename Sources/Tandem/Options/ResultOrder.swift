/// The order in which results are given.
public enum ResultOrder: Sendable, Hashable {
  /// The order of the inputs.
  case input
  /// The order in which they are done.
  case completion
}
