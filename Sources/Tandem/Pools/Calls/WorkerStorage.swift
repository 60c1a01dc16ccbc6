internal import Synchronization

/// The values that one worker has of each `WorkerLocal`.
final class WorkerStorage: Sendable {
  /// Of everything that is no worker of a pool in this process: a worker process, or the program itself.
  static let process = WorkerStorage()

  /// The slots, each with its key, so that no other object gets the same identity.
  private let slots = Mutex<[ObjectIdentifier: any AnyObject & Sendable]>([:])

  /// The slot of a key, made when it is asked for first.
  func slot<Slot: AnyObject & Sendable>(
    of key: ObjectIdentifier, make: () -> Slot
  ) -> Slot {
    if let known = slots.withLock({ $0[key] }) as? Slot { return known }
    // Made outside the lock: making a value may use others.
    let made = make()
    return slots.withLock { slots in
      if let known = slots[key] as? Slot { return known }
      slots[key] = made
      return made
    }
  }

  /// Drops all values.
  func removeAll() {
    // Values end outside the lock: they may use others.
    _ = slots.withLock { slots in
      defer { slots = [:] }
      return slots
    }
  }
}
