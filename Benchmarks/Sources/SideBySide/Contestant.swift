import ArgumentParser
import Foundation
import Tandem

/// Tandem's side: a process that runs one row when asked, and answers with samples.
///
/// It is a process of its own so that it can be placed on CPUs, and so that what it starts is not
/// started by the program that also keeps the peers.
struct Contestant: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer requests line by line; side-by-side starts this.", shouldDisplay: false)

  func run() throws {
    while let line = readLine() {
      let answer: Answer
      do {
        let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
        answer = try Self.answer(request)
      } catch {
        answer = Answer(error: "\(error)")
      }
      FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
    }
  }

  private static func answer(_ request: Request) throws -> Answer {
    switch (request.row, request.peer) {
    case ("fork", _): try WorkerRows.fork(request)
    case ("start-process", "fork-server"): try WorkerRows.startProcess(request, .forkServer)
    case ("start-process", "spawn"): try WorkerRows.startProcess(request, .spawn)
    case ("start-thread", _): try WorkerRows.startThread(request)
    default: try TandemRows.answer(request)
    }
  }
}
