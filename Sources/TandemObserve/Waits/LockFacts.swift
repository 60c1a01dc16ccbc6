internal import TandemModel
internal import TandemSystem

/// What is found out about locks while threads wait for them.
package struct LockFacts: Sendable {
  /// A lock on a file.
  package struct File: Sendable {
    /// The file's path.
    package var path: String
    /// How often each process was seen holding a lock on it.
    package var holders: [Int32: Int] = [:]
    /// How often it was seen that somebody holds one.
    package var looks = 0
  }

  /// The most locks of each kind that something is kept of.
  private static let most = 1_000

  /// Where locks in memory lie.
  package private(set) var places: [WaitKey: LockPlace] = [:]
  /// Locks on files, by the file's inode.
  package private(set) var files: [UInt64: File] = [:]
  /// Locks whose place isn't known, so that it isn't searched for again.
  private var unknown: Set<WaitKey> = []

  /// How many facts are kept.
  var keptCount: Int { places.count + files.count + unknown.count }

  /// Finds out where a lock lies, once.
  mutating func find(_ key: WaitKey, at address: UInt64, of tid: CInt, in pid: CInt) {
    guard places[key] == nil, places.count < Self.most, unknown.count < Self.most,
      !unknown.contains(key)
    else { return }
    if let place = LockPlace.find(address, of: tid, in: pid) {
      places[key] = place
    } else {
      unknown.insert(key)
    }
  }

  /// Notes a file whose lock is waited for, and who holds it.
  mutating func note(file kind: DescriptorKind, inode: UInt64) {
    guard case .file(let path) = kind, files[inode] != nil || files.count < Self.most else {
      return
    }
    var file = files[inode] ?? File(path: path)
    let holders = (try? FileLocks.read())?.holders(ofFile: inode) ?? []
    if !holders.isEmpty {
      file.looks += 1
      for pid in holders { file.holders[pid, default: 0] += 1 }
    }
    files[inode] = file
  }
}

extension ObservedLock.Kind {
  /// The kind of lock that a futex belongs to.
  init(_ kind: FutexKind) {
    self =
      switch kind {
      case .mutex, .pythonLock: .mutex
      case .readWriteLock: .readWriteLock
      case .semaphore: .semaphore
      case .queueTurn: .queueTurn
      case .systemV: .systemVSemaphore
      case .gil, .pythonQueue, .condition, .barrier, .join, .parking, .unknown, .unreadable: .word
      }
  }
}
