import TandemModel

extension Observation {
  /// The most locks that are listed.
  private static let mostLocks = 10

  /// The locks that were waited for most.
  ///
  /// - Parameter waitedNS: nanoseconds that all workers waited for locks, without what they were ready for a
  ///   CPU meanwhile, as the kernel counts it: the waits for single locks must not add up to more.
  /// - Returns: the locks, the first one first.
  func locks(of waitedNS: Double) -> [ObservedLock] {
    let all = tally.locks.values.reduce(0) { $0 + Double($1.waitNS) }
    let scale = all > waitedNS && all > 0 ? max(0, waitedNS) / all : 1
    var names = LockNames()
    return tally.locks.values.sorted {
      ($0.waitNS, $0.lock.pid) > ($1.waitNS, $1.lock.pid)
    }.prefix(Self.mostLocks).map { tally in
      var result = ObservedLock(
        kind: tally.lock.kind, pid: tally.lock.pid,
        address: tally.lock.address.map { "0x" + String($0, radix: 16) },
        functions: tally.places.largest, waitSeconds: Double(tally.waitNS) * scale / 1e9,
        maxWaiters: tally.maxWaiters)
      describe(tally.lock.key, &names, in: &result)
      return result
    }
  }

  private func describe(_ key: WaitKey, _ names: inout LockNames, in lock: inout ObservedLock) {
    switch key {
    case .systemV(let number): lock.name = String(number)
    case .file(let inode):
      guard let file = lockFacts.files[inode] else { return }
      lock.file = file.path
      guard let most = file.holders.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
        return
      }
      lock.holderPID = most.key
      lock.holderShare = Double(most.value) / Double(file.looks)
    case .word, .shared:
      guard let place = lockFacts.places[key] else { return }
      let name = names.name(of: place)
      lock.name = name.variable
      lock.mapping = name.mapping
      lock.offset = name.offset.map { "0x" + String($0, radix: 16) }
    }
  }
}
