/// How a worker process is started.
public struct StartMethod: Sendable, Hashable, CustomStringConvertible {
  enum Storage: String {
    case forkServer, spawn
  }

  let storage: Storage

  /// A fork of a server, which is this executable, started once before any of its Swift has run.
  ///
  /// Fast; all workers of one server share their address layout.
  public static let forkServer = StartMethod(storage: .forkServer)
  /// A fresh exec of this executable for each worker: slower, with an address layout of its own.
  ///
  /// The one to use for hostile input.
  public static let spawn = StartMethod(storage: .spawn)

  /// The method's name.
  public var description: String { storage.rawValue }
}
