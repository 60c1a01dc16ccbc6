/// How a stream's items ended, until somebody takes it.
package struct StreamResults<Output: Sendable>: Sendable {
  /// Neighbouring items that ended alike: with outputs, or all with one error.
  private struct Run {
    let first: Int
    var outputs: [Output] = []
    var failed = 0
    var error: (any Error)?
    var end: Int { first + outputs.count + failed }
  }

  private let order: ResultOrder
  /// What can be taken, in this order.
  private var ready = Deque<Run>()
  /// What can be taken after that, while it grows by single outputs.
  private var growing: [Output] = []
  /// In the order of items: what has to wait for items before it.
  private var early: [Run] = []
  /// In the order of items: the first item that is neither taken nor can be.
  private var next = 0

  package init(order: ResultOrder) { self.order = order }

  /// Whether nothing can be taken now.
  package var isEmpty: Bool { ready.isEmpty && growing.isEmpty }

  /// Neighbouring items have outputs.
  package mutating func end(_ items: Range<Int>, _ outputs: [Output]) {
    add(Run(first: items.lowerBound, outputs: outputs))
  }

  /// An item has an output.
  package mutating func end(_ item: Int, _ output: Output) {
    guard order == .input else { return growing.append(output) }
    if item == next {
      growing.append(output)
      next += 1
      addEarly()
    } else if let index = early.lastIndex(where: { $0.end == item && $0.error == nil }) {
      early[index].outputs.append(output)
    } else {
      early.append(Run(first: item, outputs: [output]))
    }
  }

  /// Neighbouring items have none.
  package mutating func fail(_ items: Range<Int>, _ error: any Error) {
    add(Run(first: items.lowerBound, failed: items.count, error: error))
  }

  private mutating func add(_ run: Run) {
    guard order == .completion || run.first == next else { return early.append(run) }
    makeReady(run)
    addEarly()
  }

  private mutating func makeReady(_ run: Run) {
    if !growing.isEmpty {
      ready.append(Run(first: 0, outputs: growing))
      growing = []
    }
    ready.append(run)
    next = run.end
  }

  private mutating func addEarly() {
    while let index = early.firstIndex(where: { $0.first == next }) {
      makeReady(early.remove(at: index))
    }
  }

  /// Takes what comes next.
  ///
  /// - Parameter most: how many outputs at most.
  /// - Returns: outputs, or why the next item has none; nil when nothing can be taken now.
  package mutating func next(atMost most: Int) -> Result<[Output], any Error>? {
    guard var run = ready.popFirst() else {
      guard !growing.isEmpty else { return nil }
      defer { growing = [] }
      guard growing.count > most else { return .success(growing) }
      ready.append(Run(first: 0, outputs: growing))
      growing = []
      return next(atMost: most)
    }
    if let error = run.error {
      run.failed -= 1
      if run.failed > 0 { ready.prepend(run) }
      return .failure(error)
    }
    guard run.outputs.count > most else { return .success(run.outputs) }
    let taken = Array(run.outputs.prefix(most))
    ready.prepend(Run(first: 0, outputs: Array(run.outputs.dropFirst(most))))
    return .success(taken)
  }
}
