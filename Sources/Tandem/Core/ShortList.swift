/// A list that mostly has one element, for which nothing is allocated.
package struct ShortList<Element> {
  private var head: Element?
  private var others: [Element] = []

  /// A list of elements.
  package init(_ elements: [Element] = []) {
    for element in elements { append(element) }
  }

  /// Whether there are none.
  package var isEmpty: Bool { head == nil }
  /// How many there are.
  package var count: Int { head == nil ? 0 : others.count + 1 }

  /// An element.
  package subscript(index: Int) -> Element {
    if index > 0 { return others[index - 1] }
    guard let head else { preconditionFailure("an element of none") }
    return head
  }

  /// Adds an element.
  package mutating func append(_ element: Element) {
    if head == nil { head = element } else { others.append(element) }
  }

  /// Forgets the elements from one on.
  package mutating func drop(from index: Int) {
    if index == 0 { head = nil }
    others.removeSubrange(max(0, index - 1)...)
  }

  /// Forgets everything but the storage.
  package mutating func removeAll() {
    head = nil
    others.removeAll(keepingCapacity: true)
  }
}

extension ShortList: Sendable where Element: Sendable {}
