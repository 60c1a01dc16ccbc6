internal import Synchronization
internal import TandemWire

/// What the monitor has reported to a pool's reply thread.
///
/// An object of its own, which the monitor may hold for as long as it likes. A weak reference to the engine would
/// make each retain and release of it slow, and there are many in a short call.
final class EndsOfWorkers: Sendable {
  /// What there is to look at.
  struct Mail {
    var ends: [(worker: Int, end: WorkerEnd)] = []
    var mustLook = false
    var isEmpty: Bool { ends.isEmpty && !mustLook }
  }

  private let mail = Mutex(Mail())
  /// Whether there is something; changed under the lock.
  private let hasMail = Atomic(false)
  private let bells: BellMemory

  /// Nothing yet.
  ///
  /// - Parameter bells: what wakes the thread.
  init(bells: BellMemory) { self.bells = bells }

  /// Whether there is nothing.
  var isEmpty: Bool { !hasMail.load(ordering: .acquiring) }

  /// Reports the end of a worker, without waking anybody.
  func note(_ worker: Int, _ end: WorkerEnd) { put { $0.ends.append((worker, end)) } }

  private func put(_ change: (inout Mail) -> Void) {
    mail.withLock { mail in
      change(&mail)
      hasMail.store(true, ordering: .releasing)
    }
  }

  /// Reports the end of a worker.
  func report(_ worker: Int, _ end: WorkerEnd) {
    note(worker, end)
    bells.bells.replies.ringAlways()
  }

  /// Has the thread look at the pool.
  func mustLook() {
    put { $0.mustLook = true }
    bells.bells.replies.ringAlways()
  }

  /// Takes what there is.
  func take() -> Mail {
    guard !isEmpty else { return Mail() }
    return mail.withLock { mail in
      hasMail.store(false, ordering: .relaxed)
      defer { mail = Mail() }
      return mail
    }
  }
}
