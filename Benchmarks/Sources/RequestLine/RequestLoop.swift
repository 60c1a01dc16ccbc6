import Glibc

/// Answers the requests on standard input, a line each, until its end.
///
/// A request is a line of words (`Request`), an answer a line of JSON (`Answer`).
///
/// - Parameter answer: answers one request; what it throws is the answer's error.
package func answerRequests(_ answer: (Request) throws -> Answer) {
  while let line = readLine() {
    let result: Answer
    do {
      if let request = Request(line) {
        result = try answer(request)
      } else {
        result = Answer(error: "'\(line)' is no request")
      }
    } catch {
      result = Answer(error: "\(error)")
    }
    print(result.json)
    // Standard output is a pipe, which the C library buffers.
    fflush(nil)
  }
}
