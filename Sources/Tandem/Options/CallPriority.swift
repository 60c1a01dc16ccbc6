/// What goes first when work waits: higher numbers do; equal ones in the order of their calls.
public struct CallPriority: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
  /// The number.
  public var rawValue: Int

  /// Makes a priority.
  ///
  /// - Parameter rawValue: the number.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Makes a priority from a literal.
  ///
  /// - Parameter value: the number.
  public init(integerLiteral value: Int) { rawValue = value }

  /// Before the usual: 10.
  public static let high: CallPriority = 10
  /// The usual: 0.
  public static let normal: CallPriority = 0
  /// After the usual: -10.
  public static let low: CallPriority = -10

  /// Whether one goes after the other.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
