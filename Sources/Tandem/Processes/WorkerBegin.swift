/// How a worker process begins.
enum WorkerBegin {
  /// A fork of the server.
  case fork
  /// A fork of the server that executes this program anew.
  case exec
  /// A fork of the server that executes another program.
  case program(path: String, arguments: [String], environment: [String]?)
}

extension StartMethod {
  /// How its workers begin.
  var begin: WorkerBegin {
    switch storage {
    case .forkServer: .fork
    case .spawn: .exec
    }
  }
}
