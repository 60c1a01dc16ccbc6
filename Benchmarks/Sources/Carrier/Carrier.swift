import Foundation
import RequestLine
import Tandem

/// A process that measures calls with what Swift programs hold, and Foundation's JSON coders with the same.
///
/// A request is a line of words (`Request`), an answer a line of JSON (`Answer`).
@main
struct Carrier {
  static func main() {
    while let line = readLine() {
      let answer: Answer
      do {
        if let request = Request(line) {
          answer = try CrossingRows.answer(request)
        } else {
          answer = Answer(error: "'\(line)' is no request")
        }
      } catch {
        answer = Answer(error: "\(error)")
      }
      print(answer.json)
      // Standard output is a pipe, which the C library buffers.
      fflush(nil)
    }
  }
}
