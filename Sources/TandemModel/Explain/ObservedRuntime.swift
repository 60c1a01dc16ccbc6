/// A language's runtime in one process of a program, other than CPython, which has an entry in `gil`.
public struct ObservedRuntime: Codable, Sendable, Equatable {
  /// Which runtime it is.
  public enum Name: String, Codable, Sendable, CaseIterable {
    /// PyPy.
    case pyPy = "pypy"
    /// Ruby's own interpreter.
    case ruby
    /// Go: its scheduler runs goroutines on threads.
    case go
    /// A Java virtual machine (HotSpot).
    case java
    /// Node.js, with V8 and libuv.
    case node
    /// Erlang's and Elixir's virtual machine.
    case beam
    /// .NET.
    case dotNet = "dotnet"

    /// Whether its locks look like waits for work from outside.
    public var hidesLocks: Bool {
      switch self {
      case .go, .java, .node, .beam, .dotNet: true
      case .pyPy, .ruby: false
      }
    }

    /// Whether it schedules its own units of work on threads, so that no thread is one worker's.
    public var schedulesItself: Bool { self == .go || self == .beam }
  }

  /// The name of a thread that each Java virtual machine has, and no other program.
  package static let virtualMachineThread = "VM Thread"

  /// The process.
  public var pid: Int32
  /// Which runtime it is.
  public var name: Name

  /// Makes an entry.
  public init(pid: Int32, name: Name) {
    self.pid = pid
    self.name = name
  }
}
