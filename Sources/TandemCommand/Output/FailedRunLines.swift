import TandemLab

/// Output of models that failed, for standard error; the report has one sentence each.
enum FailedRunLines {
  /// Shows a traceback.
  ///
  /// - Parameter failure: what failed.
  /// - Throws: what writing to standard error throws.
  static func show(_ failure: Experiment.PythonFailure) throws {
    let text = "\(failure.label) failed:\n\(lines(failure.text))"
    try StandardStream.error.write(text)
  }

  /// A text that ends with one line feed.
  ///
  /// - Parameter text: such as a traceback, with or without a line feed at its end.
  /// - Returns: the text for a stream.
  static func lines(_ text: String) -> String {
    var text = text[...]
    while text.last?.isNewline == true { text.removeLast() }
    return text + "\n"
  }
}
