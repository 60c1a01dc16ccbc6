import Foundation

/// Everybody who is measured: processes that are started when first asked, one for each placement.
final class Company {
  private struct Seat: Hashable {
    var side: Participant.Side
    var placement: Placement
  }

  private var seats: [Seat: LineChild] = [:]
  private let python: String?
  private let script: String
  /// A file for the time of a worker's death.
  private let deathFile: String

  /// The interpreter and its version; nil without one.
  private(set) var pythonDescription: String?
  /// Versions of the peers of PyPI; nil for one that isn't installed.
  private(set) var peerVersions: [String: String?] = [:]

  /// Gathers the company.
  ///
  /// - Parameter python: the interpreter of the peers; nil leaves them out.
  /// - Throws: when the interpreter doesn't start.
  init(python: String?) throws {
    self.python = python
    // Sources/SideBySide/Company.swift → peers/side_by_side_peers.py
    script =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "peers/side_by_side_peers.py").path
    deathFile = "/tmp/tandem-death-\(getpid())"
    // A contestant that ends early is an error to report, not a signal.
    signal(SIGPIPE, SIG_IGN)
    if python != nil { _ = try child(.peer, .free) }
  }

  /// A program that was built beside this one.
  private static func sibling(_ name: String) -> String {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return URL(fileURLWithPath: path ?? CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: name).path
  }

  private func child(_ side: Participant.Side, _ placement: Placement) throws -> LineChild {
    let seat = Seat(side: side, placement: placement)
    if let child = seats[seat] { return child }
    let child: LineChild
    if side == .tandem {
      child = try LineChild(Self.sibling("contestant"), [], placement: placement)
    } else if side == .carrier {
      child = try LineChild(Self.sibling("carrier"), [], placement: placement)
    } else {
      child = try LineChild(python ?? "python3", [script], placement: placement)
      let greeting: PeerGreeting
      do {
        greeting = try JSONDecoder().decode(
          PeerGreeting.self, from: try child.readLine(timeout: 30))
      } catch {
        child.end()
        throw LineChild.Silence(
          description: "\(python ?? "python3") can't run the peers: \(error)")
      }
      pythonDescription = greeting.python
      peerVersions = greeting.peers
    }
    seats[seat] = child
    return child
  }

  /// Has one block measured.
  func measure(_ participant: Participant) -> Answer {
    do {
      if participant.side == .floor { return try floor(participant) }
      if participant.side == .observer { return try observed(participant) }
      if participant.side == .peer && python == nil {
        return Answer(skipped: "there is no Python in this run")
      }
      var request = participant.request
      request.path = deathFile
      request.workerCPU = participant.placement.workerCPU
      return try ask(request, participant.side, participant.placement)
    } catch {
      return Answer(error: "\(error)")
    }
  }

  /// Asks Tandem or the peers; one that doesn't answer is ended, and started anew the next time.
  func ask(
    _ request: Request, _ side: Participant.Side, _ placement: Placement, timeout: Double = 120
  ) throws -> Answer {
    let line = side == .peer ? try JSONEncoder().encode(request) : Data(request.words.utf8)
    do {
      let answer = try child(side, placement).ask(line, timeout: timeout)
      return try JSONDecoder().decode(Answer.self, from: answer)
    } catch {
      seats.removeValue(forKey: Seat(side: side, placement: placement))?.end()
      throw error
    }
  }

  private func floor(_ participant: Participant) throws -> Answer {
    let child = try LineChild(
      Self.sibling("floors"), [participant.request.row, "\(participant.request.count)"],
      placement: .free)
    defer { child.end() }
    return try JSONDecoder().decode(Answer.self, from: try child.readLine(timeout: 60))
  }

  /// Units of the loads' work a microsecond, measured once.
  private lazy var unitsPerMicrosecond = Result {
    let child = try LineChild(Self.sibling("floors"), ["units", "21"], placement: .free)
    defer { child.end() }
    let answer = try JSONDecoder().decode(Answer.self, from: try child.readLine(timeout: 60))
    // The fastest, in which nobody else had the CPU.
    guard let fastest = answer.samples?.max() else {
      throw LineChild.Silence(description: answer.error ?? "there is no speed of work")
    }
    return fastest
  }

  private func observed(_ participant: Participant) throws -> Answer {
    let load = ObservedLoad(
      participant, program: Self.sibling("floors"),
      unitsPerMicrosecond: try unitsPerMicrosecond.get())
    return try load.measure(by: Self.sibling("tandem"))
  }

  /// Ends everybody.
  func dismiss() {
    for child in seats.values { child.end() }
    seats = [:]
    unlink(deathFile)
  }
}
