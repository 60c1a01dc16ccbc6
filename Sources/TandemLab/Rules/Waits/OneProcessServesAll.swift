import TandemModel
import TandemText

/// Several processes send all their requests to one, which is busy, and wait for its answers.
package struct OneProcessServesAll: Rule {
  package let claim = Claim.oneProcessServesAll

  /// Fewer requests than this don't matter.
  private static let leastRequests = 1_000.0
  private static let leastOfOne = 200
  /// The share of the clients' lives, without being ready for a CPU, in which they must have waited.
  private static let leastWaiting = 0.5
  /// The share of the clients' time in which the server must have been on a CPU or ready for one.
  private static let leastBusy = 0.6
  /// How far the calls at both ends may be apart.
  private static let leastMatch = 0.7

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let processes = ProgramProcesses(program)
    let askers = processes.all.values.filter {
      $0.exchanges >= Self.leastOfOne && $0.data.partners.count == 1
    }
    let groups = Dictionary(grouping: askers) { $0.data.partners[0] }
    let found = groups.compactMap { pid, clients in
      processes.all[pid].flatMap { conclusion(from: clients, of: $0, program) }
    }
    return found.max { $0.requests < $1.requests }.map { [$0.conclusion] } ?? []
  }

  private func conclusion(
    from clients: [ProgramProcesses.Process], of server: ProgramProcesses.Process,
    _ program: ExplainReport
  ) -> (requests: Double, conclusion: Conclusion)? {
    // What a client got in one exchange was one answer, however many calls it took.
    let requests = clients.reduce(0.0) { $0 + Double($1.exchanges) }
    let calls = clients.reduce(0.0) { $0 + Double($1.data.all.reads + $1.data.all.writes) }
    let life = clients.reduce(0.0) { $0 + $1.lifeSeconds }
    let threads = clients.flatMap(\.threads)
    let computing = threads.reduce(0) { $0 + $1[.onCPU] }
    // What isn't for an answer: a time of one's own, a disk, a child, a lock, a CPU.
    let others: [WorkerState] = [.runnable, .sleep, .io, .child, .lock, .gil]
    let elsewhere = threads.reduce(0) { sum, thread in
      sum + others.reduce(0) { $0 + thread[$1] }
    }
    let waiting = max(0, life - computing - elsewhere)
    guard clients.count >= 2, requests >= Self.leastRequests, life > 0,
      // Clients of several threads may wait in one and work in another.
      clients.allSatisfy({ $0.threads.count == 1 }),
      Double(server.data.all.reads + server.data.all.writes) >= Self.leastMatch * calls,
      let began = threads.map(\.startedSeconds).min(),
      let ended = threads.map(\.endedSeconds).max(),
      ended > began
    else { return nil }
    let hasLock = program.gil.contains { $0.pid == server.data.pid && $0.state == .on }
    let lives = began...ended
    let served = Self.seconds([.onCPU], of: server, within: lives, oneAtATime: hasLock)
    let busy = Self.seconds(
      [.onCPU, .runnable], of: server, within: lives, oneAtATime: hasLock)
    guard waiting >= Self.leastWaiting * (waiting + computing),
      busy >= Self.leastBusy * (ended - began)
    else {
      return nil
    }
    return (
      requests,
      conclusion(
        """
        \(FigureText.count(clients.count, "process")) sent all their requests to one, \
        \(server.label): about \(FigureText.count(Int(requests))) \
        (\(FigureText.count(Int(requests / (ended - began)))) a second). Together they waited \
        \(FigureText.duration(waiting)) of the \(FigureText.duration(life)) that they lived, while it was \
        on a CPU or ready for one for at least \(FigureText.duration(busy)) of \
        \(FigureText.duration(ended - began))\
        \(hasLock ? ", under a GIL" : "").
        """,
        evidence: [
          "clients": Double(clients.count), "requests": requests,
          "requests_per_second": requests / (ended - began), "waiting_s": waiting, "life_s": life,
          "server_on_cpu_s": served, "server_busy_s": busy,
        ],
        potentialGain: program.gainOfCPUTimeToo(
          atMost: ended - began, "the time in which they asked it"),
        advice: """
          Ask less often: keep the data in each process and put the parts together at the end, ask for many \
          things at once, or share memory. More workers gain nothing while one process answers them all.
          """)
    )
  }

  /// Seconds in which a process was in some states during a time, at least.
  ///
  /// - Parameters:
  ///   - states: the states.
  ///   - process: the process.
  ///   - time: the time; what a thread may have done outside of it doesn't count.
  ///   - oneAtATime: whether only one of its threads can work at a time; if not, that of one thread counts,
  ///     since several may have been at it at once.
  /// - Returns: the seconds.
  private static func seconds(
    _ states: [WorkerState], of process: ProgramProcesses.Process, within time: ClosedRange<Double>,
    oneAtATime: Bool
  ) -> Double {
    let each = process.threads.map { thread -> Double in
      let outside =
        max(0, time.lowerBound - thread.startedSeconds)
        + max(0, thread.endedSeconds - time.upperBound)
      return max(0, states.reduce(0) { $0 + thread[$1] } - min(outside, thread.lifeSeconds))
    }
    let all = oneAtATime ? each.reduce(0, +) : each.max() ?? 0
    return min(all, time.upperBound - time.lowerBound)
  }
}
