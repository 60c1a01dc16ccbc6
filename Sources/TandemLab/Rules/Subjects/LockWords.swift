import TandemModel

extension ObservedLock {
  /// What a claim calls it: `the mutex counter_lock in ./prog, in process 4711`.
  var inWords: String {
    switch kind {
    case .file:
      return file.map { "the lock on \($0)" } ?? "the lock on a file"
    case .systemVSemaphore:
      return "the System V semaphores of set \(name ?? "?")"
    case .mutex, .readWriteLock, .semaphore, .queueTurn, .word:
      var words = "the \(noun)"
      if let name { words += " \(name)" }
      if let mapping {
        words += " in \(mapping)"
        if name == nil, let offset { words += "+\(offset)" }
      } else if name == nil, let address {
        words += " at \(address)"
      }
      return words + " of process \(pid)"
    }
  }

  private var noun: String {
    switch kind {
    case .mutex: "mutex"
    case .readWriteLock: "read-write lock"
    case .semaphore: "semaphore"
    case .queueTurn: "dispatch queue"
    case .systemVSemaphore, .file, .word: "lock"
    }
  }
}
