extension FigureText {
  /// A function of a program, such as `Model.score (shop/model.py:12)`.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - file: its file.
  ///   - line: the line in it; nil when it isn't known.
  /// - Returns: the text.
  package static func place(_ name: String, file: String, line: Int?) -> String {
    "\(name) (\(file)\(line.map { ":\($0)" } ?? ""))"
  }
}
