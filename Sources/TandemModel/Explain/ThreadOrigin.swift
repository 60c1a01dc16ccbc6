/// Where a thread began: the function that pthread_create(3) got.
///
/// It says whose thread it is. A library starts its own with a function of its own; a language's runtime
/// starts all with one of its functions.
public struct ThreadOrigin: Codable, Sendable, Hashable {
  /// The path of the library or the program that the function is in.
  public var file: String
  /// Where in the file it is, in bytes from the beginning.
  public var offset: UInt64

  /// Makes an origin.
  public init(file: String, offset: UInt64) {
    self.file = file
    self.offset = offset
  }

  /// The file's name without its folder.
  public var fileName: String { String(file.split(separator: "/").last ?? Substring(file)) }
}
