/// A process of a program that still ran when the program had ended.
public struct LeftProcess: Codable, Sendable, Equatable {
  /// Its number.
  public var pid: Int32
  /// Its name, at most 15 bytes.
  public var name: String

  /// Makes a value.
  public init(pid: Int32, name: String) {
    self.pid = pid
    self.name = name
  }
}
