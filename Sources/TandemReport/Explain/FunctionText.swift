import TandemModel
import TandemText

extension ObservedFunction {
  /// Its name and place, such as `Model.score (shop/model.py:12)`.
  var text: String {
    TextWidth.sanitized(FigureText.place(name, file: file, line: line))
  }
}

extension FunctionShare {
  /// The function and its share.
  var text: String { "\(function.text) \(FigureText.percent(share))" }
}
