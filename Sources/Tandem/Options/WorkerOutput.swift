/// What becomes of what workers write to standard output or standard error.
public enum WorkerOutput: Sendable {
  /// It goes where the program's goes.
  case inherited
  /// It is thrown away; the last lines of standard error are kept for errors.
  case discarded
  /// A closure gets it line by line, with the worker's name; it is called by one thread and must not wait.
  case lines(@Sendable (_ worker: String, _ line: String) -> Void)
}
