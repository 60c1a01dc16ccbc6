import TandemLab

/// What went wrong in a model, on standard error; the report only says that it did.
enum Failures {
  /// Shows a traceback.
  ///
  /// - Parameter failure: what failed.
  /// - Throws: what writing to standard error throws.
  static func show(_ failure: Experiment.PythonFailure) throws {
    try StandardStream.error.write(Array("\(failure.label) failed:\n\(failure.text)\n".utf8))
  }
}
