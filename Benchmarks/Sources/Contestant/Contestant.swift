import RequestLine
import Tandem

/// Tandem's side: a process that runs one row when asked, and answers with samples.
///
/// A program of its own, without Foundation: workers are forks of the program that uses Tandem, and
/// what a fork costs grows with what that program has mapped. So this is the least of programs that
/// use Tandem, as the floors are the least of programs.
@main
struct Contestant {
  static func main() { answerRequests(answer) }

  private static func answer(_ request: Request) throws -> Answer {
    switch (request.row, request.way) {
    case ("fork", _): try WorkerRows.fork(request)
    case ("start-process", "fork-server"): try WorkerRows.startProcess(request, .forkServer)
    case ("start-process", "spawn"): try WorkerRows.startProcess(request, .spawn)
    case ("start-thread", _): try WorkerRows.startThread(request)
    default: try TandemRows.answer(request)
    }
  }
}
