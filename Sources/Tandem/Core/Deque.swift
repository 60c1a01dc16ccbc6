/// A queue with two ends: adding and removing at either takes constant time, amortised.
struct Deque<Element> {
  private var storage: [Element?] = []
  private var head = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }
  var first: Element? { count == 0 ? nil : storage[head] }
  var last: Element? { count == 0 ? nil : storage[(head + count - 1) & (storage.count - 1)] }

  subscript(index: Int) -> Element {
    get {
      guard let element = storage[(head + index) & (storage.count - 1)], index < count else {
        preconditionFailure("index \(index) of \(count)")
      }
      return element
    }
    set {
      precondition(index < count)
      storage[(head + index) & (storage.count - 1)] = newValue
    }
  }

  mutating func append(_ element: Element) {
    if count == storage.count { grow() }
    storage[(head + count) & (storage.count - 1)] = element
    count += 1
  }

  mutating func prepend(_ element: Element) {
    if count == storage.count { grow() }
    head = (head + storage.count - 1) & (storage.count - 1)
    storage[head] = element
    count += 1
  }

  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    defer { removeFirst() }
    return storage[head]
  }

  /// Removes the first element, which is there.
  mutating func removeFirst() {
    precondition(count > 0)
    storage[head] = nil
    head = (head + 1) & (storage.count - 1)
    count -= 1
  }

  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    let index = (head + count - 1) & (storage.count - 1)
    defer {
      storage[index] = nil
      count -= 1
    }
    return storage[index]
  }

  private mutating func grow() {
    var larger = [Element?](repeating: nil, count: max(8, storage.count * 2))
    for index in 0..<count { larger[index] = storage[(head + index) & (storage.count - 1)] }
    storage = larger
    head = 0
  }
}

extension Deque: Sendable where Element: Sendable {}
