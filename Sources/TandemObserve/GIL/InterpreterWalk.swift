import Synchronization
import TandemSystem

/// Reads the interpreters of a process and their GILs, in as few calls as it can.
///
/// The interpreters are a list in the other's memory. The list of the last time is read again in one
/// call, together with the GILs; only when it has changed is it followed link by link.
final class InterpreterWalk: Sendable {
  let offsets: GILOffsets
  /// Where `_PyRuntime` lies in the process.
  let runtime: UInt64

  private let plan = Mutex(Plan())

  init(runtime: UInt64, offsets: GILOffsets) {
    self.runtime = runtime
    self.offsets = offsets
  }

  /// More interpreters than anybody has: a list that runs on is none.
  static let mostInterpreters = 1024

  /// A GIL as it lies in memory, and the interpreters that share it.
  struct RawGIL: Hashable {
    var address: UInt64
    var interpreters: [UInt64]
    var words: [UInt64]
  }

  /// What is read each time, and where the last answer is put.
  private struct Plan {
    var interpreters: [UInt64] = []
    /// The GIL of each; 0 for one that has none yet.
    var gilOfInterpreter: [UInt64] = []
    var gils: [UInt64] = []
    var pieces: [RemoteMemory.Piece] = []
    var words: [UInt64] = []
  }

  /// Reads all GILs.
  ///
  /// - Parameter pid: the process.
  /// - Returns: the GILs, the first interpreter's first; nil when the list of interpreters has no end.
  /// - Throws: the error number of process_vm_readv(2).
  func read(_ pid: CInt) throws(Errno) -> [RawGIL]? {
    // Taken out and put back, so that its arrays are not copied. Whoever comes meanwhile makes a plan
    // of its own.
    var plan = self.plan.withLock { kept in
      let plan = kept
      kept = Plan()
      return plan
    }
    defer { self.plan.withLock { $0 = plan } }
    if try readAsBefore(pid, &plan) { return result(plan) }
    // An interpreter may be being added just now.
    for _ in 0..<3 {
      if try follow(pid, &plan), try readAsBefore(pid, &plan) { return result(plan) }
    }
    plan = Plan()
    return nil
  }

  /// Reads by the plan; false when the interpreters aren't those of the plan any more.
  private func readAsBefore(_ pid: CInt, _ plan: inout Plan) throws(Errno) -> Bool {
    guard !plan.pieces.isEmpty else { return false }
    guard try Self.readAll(plan.pieces, of: pid, into: &plan.words) else { return false }
    guard plan.words[0] == plan.interpreters.first ?? 0 else { return false }
    var index = 1
    for position in plan.interpreters.indices {
      let next = position + 1 < plan.interpreters.count ? plan.interpreters[position + 1] : 0
      guard plan.words[index] == next else { return false }
      index += 1
      if case .behindPointerInInterpreter = offsets.gil {
        guard plan.words[index] == plan.gilOfInterpreter[position] else { return false }
        index += 1
      }
    }
    return true
  }

  /// Follows the list anew and makes a plan of it; false when it makes no sense.
  private func follow(_ pid: CInt, _ plan: inout Plan) throws(Errno) -> Bool {
    plan = Plan()
    var words: [UInt64] = [0, 0]
    guard try Self.readAll([.init(runtime &+ offsets.interpretersHead)], of: pid, into: &words)
    else { return false }
    var next = words[0]
    while next != 0 {
      guard next % 8 == 0, plan.interpreters.count < Self.mostInterpreters else { return false }
      plan.interpreters.append(next)
      var pieces = [RemoteMemory.Piece(next &+ offsets.interpreterNext)]
      if case .behindPointerInInterpreter(let offset) = offsets.gil {
        pieces.append(.init(next &+ offset))
      }
      guard try Self.readAll(pieces, of: pid, into: &words) else { return false }
      next = words[0]
      let gil =
        switch offsets.gil {
        case .inRuntime(let offset): runtime &+ offset
        case .behindPointerInInterpreter: words[1]
        }
      guard gil % 8 == 0 else { return false }
      plan.gilOfInterpreter.append(gil)
      if gil != 0, !plan.gils.contains(gil) { plan.gils.append(gil) }
    }
    plan.pieces = [.init(runtime &+ offsets.interpretersHead)]
    for interpreter in plan.interpreters {
      plan.pieces.append(.init(interpreter &+ offsets.interpreterNext))
      if case .behindPointerInInterpreter(let offset) = offsets.gil {
        plan.pieces.append(.init(interpreter &+ offset))
      }
    }
    plan.pieces += plan.gils.map { .init($0, words: offsets.structure.words) }
    plan.words = [UInt64](repeating: 0, count: plan.pieces.reduce(0) { $0 + $1.words })
    return true
  }

  private func result(_ plan: Plan) -> [RawGIL] {
    let each = offsets.structure.words
    var start = plan.words.count - plan.gils.count * each
    var result: [RawGIL] = []
    for gil in plan.gils {
      let raw = RawGIL(
        address: gil,
        interpreters: plan.interpreters.indices.filter { plan.gilOfInterpreter[$0] == gil }
          .map { plan.interpreters[$0] },
        words: Array(plan.words[start..<start + each]))
      start += each
      // The list begins with the newest interpreter.
      result.insert(raw, at: gil == plan.gilOfInterpreter.last ? 0 : result.count)
    }
    return result
  }

  /// Reads pieces, in more than one call when there are many.
  ///
  /// - Parameters:
  ///   - pieces: what to read.
  ///   - pid: the process.
  ///   - words: gets the words; it must be large enough.
  /// - Returns: whether everything could be read.
  /// - Throws: the error number of process_vm_readv(2), but for memory that isn't there.
  static func readAll(
    _ pieces: [RemoteMemory.Piece], of pid: CInt, into words: inout [UInt64]
  ) throws(Errno) -> Bool {
    var first = 0
    var filled = 0
    while first < pieces.count {
      let chunk = first..<min(pieces.count, first + RemoteMemory.mostPieces)
      let wanted = pieces[chunk].reduce(0) { $0 + $1.words }
      do throws(Errno) {
        let read = try RemoteMemory.read(
          pieces.span.extracting(chunk), of: pid, into: &words, from: filled)
        guard read == wanted else { return false }
      } catch {
        guard error == .badAddress else { throw error }
        return false
      }
      filled += wanted
      first = chunk.upperBound
    }
    return true
  }
}
