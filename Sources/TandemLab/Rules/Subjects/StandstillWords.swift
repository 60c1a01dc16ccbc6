import TandemModel
import TandemText

/// A standstill in words: who waits for what, and why it can't end.
struct StandstillWords {
  private let standstill: ObservedStandstill

  /// Makes the words of a standstill.
  ///
  /// - Parameter standstill: the standstill.
  init(_ standstill: ObservedStandstill) { self.standstill = standstill }

  // MARK: Who

  /// A worker by its number, such as `python3 1154`.
  func name(of tid: Int32) -> String {
    let name = standstill.waits.first { $0.tid == tid }?.name ?? ""
    return name.isEmpty ? "thread \(tid)" : "\(name) \(tid)"
  }

  /// The workers, such as `python3 1154 and python3 1155`.
  ///
  /// - Parameter limit: the most that are named.
  /// - Returns: the names.
  func names(limit: Int) -> String {
    let names = standstill.waits.prefix(limit).map { name(of: $0.tid) }
    let more = standstill.waits.count + standstill.moreWaits - names.count
    return FigureText.list(names + (more > 0 ? [FigureText.count(more, "other worker")] : []))
  }

  // MARK: What for

  /// What each worker waits for, the ring first.
  ///
  /// - Parameter limit: the most workers that are named.
  /// - Returns: clauses.
  func waits(limit: Int) -> String {
    let ring = standstill.waits.filter { standstill.ring.contains($0.tid) }
    // What holds up the others says more than that these wait for its end.
    let waits = ring.isEmpty ? standstill.waits : ring
    let told = (waits.filter { $0.target != .threadEnd } + waits.filter { $0.target == .threadEnd })
      .prefix(limit)
    var clauses = told.map { "\(worker(of: $0)) waits for \(object(of: $0))" }
    let more = standstill.waits.count + standstill.moreWaits - told.count
    if more > 0 {
      clauses.append("\(FigureText.count(more, "more worker")) \(more == 1 ? "waits" : "wait")")
    }
    // Clauses with places have commas of their own.
    return told.contains { $0.function != nil }
      ? clauses.joined(separator: "; ") : FigureText.list(clauses, "and")
  }

  /// A worker and where it is, such as `python3 1154, in Account.pay (shop/bank.py:12),`.
  private func worker(of wait: StandstillWait) -> String {
    name(of: wait.tid) + (wait.function.map { ", in \($0.inWords)," } ?? "")
  }

  /// What a worker waits for, and who could end that.
  private func object(of wait: StandstillWait) -> String {
    let next =
      standstill.ring.firstIndex(of: wait.tid).map {
        standstill.ring[($0 + 1) % standstill.ring.count]
      } ?? wait.holder
    let other = next.map { $0 == wait.tid ? "itself" : name(of: $0) }
    switch wait.target {
    case .lock where wait.holder == wait.tid:
      return "a lock\(variable(of: wait)) that it has already"
    case .lock, .readWriteLock:
      return "a lock" + variable(of: wait)
        + (wait.holder == nil ? byAnother(other) : other.map { " that \($0) has" } ?? "")
    case .gil: return "the GIL"
    case .queueTurn: return "a turn in a queue"
    case .semaphore: return "a semaphore" + variable(of: wait) + byAnother(other)
    case .pythonLock: return "a Python lock" + byAnother(other)
    case .systemV: return "a System V semaphore"
    case .condition: return "a condition" + variable(of: wait) + byAnother(other)
    case .barrier: return "a barrier"
    case .queue: return "an entry in a queue"
    case .openMPTeam: return "its OpenMP team"
    case .threadEnd: return "the end of \(other ?? "a thread")"
    case .processEnd: return "the end of \(other ?? wait.object ?? "a child process")"
    case .pipeData, .socketData: return "data from " + (other ?? "another worker")
    case .pipeRoom, .socketRoom:
      return "room in a full \(wait.target == .pipeRoom ? "pipe" : "socket")"
        + (other.map { " that \($0) would have to read" } ?? "")
    case .severalDescriptors: return "data from other workers"
    case .fileLock:
      return "a lock on \(wait.object ?? "a file")" + (other.map { " that \($0) has" } ?? "")
    case .word: return "another thread" + (other.map { ", \($0)" } ?? "")
    }
  }

  /// The variable that a lock lies in, such as ` (accounts in bank)`.
  private func variable(of wait: StandstillWait) -> String {
    guard let variable = wait.variable else { return "" }
    let file = wait.mapping?.split(separator: "/").last.map { " in \($0)" } ?? ""
    return " (\(variable)\(file))"
  }

  private func byAnother(_ other: String?) -> String {
    other.map { " that \($0) would have to release or signal" } ?? ""
  }

  // MARK: Why, and until when

  /// Why the workers can't go on by themselves.
  var why: String {
    let stuck = standstill.waits.first { $0.couldEnd.isEmpty } ?? standstill.waits.first
    let name = stuck.map { worker(of: $0) } ?? "a worker"
    let what = stuck.map { object(of: $0) } ?? "another thread"
    switch standstill.reason {
    case .openMPAfterFork?:
      return """
        \(name) waits for the other threads of its OpenMP team (libgomp), but a fork copies only the thread \
        that calls it, so its process has no others
        """
    case .forkedFromThreads?:
      return """
        \(name) waits for \(what), which only another thread of its process could release, but a fork \
        copies only the thread that calls it, so its process has no other
        """
    case .oneThread?:
      return """
        \(name) waits for \(what), which only another thread of its process could release, but its process \
        has no other
        """
    case .holderGone?:
      return """
        \(name) waits for a lock that thread \(stuck?.holder ?? 0) took, and that thread isn't in its \
        process any more
        """
    case .noOtherProcess?:
      return """
        \(name) waits for \(what) in memory that processes share, and no other process that could release \
        it is left
        """
    case .ownPipe?:
      return """
        \(name) waits for a pipe whose other end only its own process has open, so neither data nor the \
        end of the data can come
        """
    case .ring?: return waits(limit: 4)
    case .eachOther?, nil:
      return """
        each of its \(FigureText.count(standstill.waits.count + standstill.moreWaits, "worker")) waits \
        without a time limit for another of them; \(waits(limit: 3))
        """
    }
  }

  /// What time limits the waits have; nil when none has one.
  var limit: String? {
    let limited = standstill.waits.filter(\.hasLimit)
    guard let first = limited.first else { return nil }
    let longest = limited.compactMap(\.limitSeconds).max()
    let what =
      longest.map { " of \(limited.count > 1 ? "up to " : "")\(FigureText.duration($0))" } ?? ""
    return limited.count == 1
      ? "the wait of \(name(of: first.tid)) has a time limit\(what)"
      : "\(FigureText.count(limited.count)) of these waits have time limits\(what)"
  }
}
