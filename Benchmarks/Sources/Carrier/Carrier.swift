import RequestLine

/// A process that measures calls with what Swift programs hold, and Foundation's JSON coders with the same.
@main
struct Carrier {
  static func main() { answerRequests(CrossingRows.answer) }
}
