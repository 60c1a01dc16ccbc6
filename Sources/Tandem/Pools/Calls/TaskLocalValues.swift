internal import CTandemShims
internal import Synchronization

/// Whether the calling code has task-local values, which the runtime has no function for.
///
/// Most calls have none, and must not pay for a task. A task keeps its values in a list that begins in a
/// word of the task's object. Which word that is, is found out once, by binding values and looking.
///
/// A runtime that keeps them elsewhere costs time and nothing else: no word is found then, and each call from a
/// task counts as one that has values. A wrong word would lose values. So the word must change with each of
/// three values that are bound one inside the other, lead to the key of each, and be as before when they are
/// gone. Only the task's own object is read, whose size the runtime tells, and what such a word leads to:
/// another thread may change a word meanwhile, but not three times just then.
package enum TaskLocalValues {
  @TaskLocal private static var probe = 0

  /// Whether there may be values.
  static var mayBeHere: Bool {
    withUnsafeCurrentTask { task in
      guard let task else { return false }
      let address = address(of: task)
      guard let number = list(in: address) else { return true }
      return word(number, of: address) != 0
    }
  }

  /// Whether the word was found in the calling task's object; false outside of tasks.
  package static var isWordKnown: Bool {
    withUnsafeCurrentTask { task in task.flatMap { list(in: address(of: $0)) } != nil }
  }

  /// How many words a task's object has, without what a kind of task has in addition; 0 where the runtime
  /// doesn't say.
  private static let words = tandem_task_object_size() / MemoryLayout<UInt>.size
  /// The word's number plus 1; 0 before the first search, and `none` after one in vain.
  private static let found = Atomic(0)
  private static let none = -1

  private static func address(of task: UnsafeCurrentTask) -> UInt {
    // SAFETY: it is one reference, only looked at while the task runs.
    unsafe unsafeBitCast(task, to: UInt.self)
  }

  /// A word of a task's object, or of an element of its list.
  private static func word(_ number: Int, of address: UInt) -> UInt {
    // SAFETY: the task runs, so its object is there, and has more words; so is what its list leads to.
    unsafe UnsafePointer<UInt>(bitPattern: address).map { unsafe $0[number] } ?? 0
  }

  /// The number of the word that the list of values begins in.
  private static func list(in address: UInt) -> Int? {
    let known = found.load(ordering: .relaxed)
    if known != 0 { return known == none ? nil : known - 1 }
    let number = search(address)
    found.store(number.map { $0 + 1 } ?? none, ordering: .relaxed)
    return number
  }

  private static func search(_ address: UInt) -> Int? {
    func object() -> [UInt] { (0..<words).map { word($0, of: address) } }
    let before = object()
    let number = $probe.withValue(1) {
      let one = object()
      return $probe.withValue(2) {
        let two = object()
        return $probe.withValue(3) {
          let three = object()
          return (0..<words).first { number in
            let elements = [one[number], two[number], three[number]]
            return Set(elements + [before[number]]).count == 4 && elements.allSatisfy(leadsToKey)
          }
        }
      }
    }
    let after = object()
    return number.flatMap { after[$0] == before[$0] ? $0 : nil }
  }

  /// Whether a word that changed with a value leads to an element of the list: the next element, and then
  /// the key of its value.
  private static func leadsToKey(_ element: UInt) -> Bool {
    element != 0 && element % UInt(MemoryLayout<UInt>.alignment) == 0
      && word(1, of: element) == UInt(bitPattern: ObjectIdentifier($probe))
  }
}
