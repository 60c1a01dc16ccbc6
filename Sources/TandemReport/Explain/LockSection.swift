import TandemModel
import TandemText

/// The other locks that were waited for most.
struct LockSection: Section {
  /// The report.
  var report: ExplainReport

  /// The most locks that have a line.
  private static let mostLines = 5

  /// The section's lines; none when none was waited for.
  func lines(width: Int) -> [StyledLine] {
    let locks = report.locks.filter { $0.waitSeconds > 0 }.sorted {
      $0.waitSeconds > $1.waitSeconds
    }
    if locks.isEmpty { return [] }
    let headings = [["pid"], ["waited for"], ["most waiters"]]
    let table = TextTable(
      labelHeading: "lock", columns: headings.map { TextTable.Column(heading: $0, group: 0) },
      rows: locks.prefix(Self.mostLines).map { lock in
        TextTable.Row(
          label: TextWidth.sanitized(lock.shortName),
          content: .cells([
            .text(String(lock.pid), .faint), .text(FigureText.duration(lock.waitSeconds), .strong),
            .text(lock.maxWaiters > 0 ? FigureText.count(lock.maxWaiters) : "", .plain),
          ]), note: note(of: lock))
      })
    var lines = [StyledLine.heading("Locks waited for most")] + table.lines(width: width)
    let hidden = locks.dropFirst(Self.mostLines)
    if !hidden.isEmpty {
      let seconds = hidden.reduce(0) { $0 + $1.waitSeconds }
      lines += StyledLine.wrapped(
        "\(FigureText.count(hidden.count)) more: \(FigureText.duration(seconds)) together",
        after: "  ", ink: .faint, width: width)
    }
    return lines
  }

  /// What it is, where it lies, and who held it.
  private func note(of lock: ObservedLock) -> String? {
    // That it is an ordinary one at the address that stands there says nothing.
    if lock.kind == .mutex, lock.mapping == nil { return functions(of: lock) }
    var note = lock.kind.label
    if let mapping = lock.mapping {
      note += " in \(TextWidth.sanitized(Self.file(mapping)))"
      if let offset = lock.offset { note += "+\(offset)" }
    }
    if lock.name != nil, let address = lock.address, lock.kind != .systemVSemaphore {
      note += " at \(address)"
    }
    if let holder = lock.holderPID, let share = lock.holderShare {
      let name = report.workers.first { $0.tid == holder }?.name ?? ""
      note +=
        ", held \(FigureText.percent(share)) by"
        + " \(name.isEmpty ? "" : TextWidth.sanitized(name) + " ")\(holder)"
    }
    return note + (functions(of: lock).map { ", \($0)" } ?? "")
  }

  /// A function with a smaller share isn't where the time goes.
  private static let leastShare = 0.1
  /// The most functions that are named.
  private static let mostFunctions = 3

  private func functions(of lock: ObservedLock) -> String? {
    let named = lock.functions.prefix(Self.mostFunctions).filter { $0.share >= Self.leastShare }
    return named.isEmpty
      ? nil : "waited for in " + named.map(\.text).joined(separator: ", ")
  }

  /// A path's last part: the folders of libraries are long and say little.
  private static func file(_ mapping: String) -> String {
    mapping.split(separator: "/").last.map(String.init) ?? mapping
  }
}

extension ObservedLock {
  /// What a table calls it: the shortest that tells it from others.
  fileprivate var shortName: String {
    if kind == .systemVSemaphore, let name { return "semaphore set \(name)" }
    return file ?? name ?? address ?? FigureText.notMeasured
  }
}

extension ObservedLock.Kind {
  /// What it is, in words.
  fileprivate var label: String {
    switch self {
    case .mutex: "mutex"
    case .readWriteLock: "read-write lock"
    case .semaphore: "semaphore"
    case .queueTurn: "turn in a dispatch queue"
    case .systemVSemaphore: "System V semaphores"
    case .file: "lock on a file"
    case .word: "lock of unknown kind"
    }
  }
}
