// A small explicit-state model checker: threads that share memory, and every order of their steps.
//
// What a thread stores goes through a buffer of its own and reaches memory at some later step, as on
// real processors: so a missing fence is found. Two kinds of buffer are known. `.total` empties in
// order, as x86 does (Sewell et al., "x86-TSO", 2010). `.partial` lets plain stores to different
// cells overtake each other, as weaker processors do, and keeps only a release store behind what came
// before it. Loads are not reordered; where that matters a model swaps its steps instead.
//
// Any thread may be killed or stopped for ever before any of its steps, where the model says so. What
// it stored still reaches memory: a processor doesn't lose what it has executed.

/// One step of a thread, taken whole; `Cell`s and `Register`s hold small numbers.
enum Step {
  /// Loads a cell: what this thread stored last, if that hasn't reached memory yet.
  case load(Register, Cell)
  /// Stores into the buffer.
  case store(Cell, Operand, Ordering = .plain)
  /// Waits until the own buffer is empty.
  case fence
  /// Stores and gives the value before, in one step, with an empty buffer.
  case exchange(Register, Cell, Operand)
  /// Stores `desired` if the cell holds `expected`; the register becomes 1 or 0. With an empty buffer.
  case compareExchange(Register, Cell, expected: Operand, desired: Operand)
  /// Adds one, with an empty buffer.
  case increment(Cell)
  /// Sleeps if the cell holds what the register does: looked at and gone to sleep in one step, with an
  /// empty buffer (futex(2)). Goes on when it is woken.
  case sleep(while: Cell, Register)
  /// Wakes whoever sleeps on the cell.
  case wake(Cell)
  /// Goes on only when one of these holds: a loop of looks, as one step.
  case await([(Cell, Relation, Operand)])
  /// Goes on only when the thread has been killed and everything it stored has reached memory.
  case awaitDeath(of: Int)
  /// Goes to a label if the relation holds.
  case branch(Operand, Relation, Operand, to: String)
  case jump(to: String)
  /// Goes on, or to the label: the model follows both.
  case maybe(to: String)
  case set(Register, Operand)
  /// Where jumps go.
  case label(String)
  /// What must hold here.
  case check(Operand, Relation, Operand, String)
}

typealias Cell = Int
typealias Register = Int

enum Operand {
  case value(UInt8)
  case register(Register)
}

enum Relation {
  case equal, different, atLeast
  func holds(_ left: UInt8, _ right: UInt8) -> Bool {
    switch self {
    case .equal: left == right
    case .different: left != right
    case .atLeast: left >= right
    }
  }
}

enum Ordering { case plain, release }

/// How stores reach memory.
enum StoreBuffer: CaseIterable { case total, partial }

/// A thread of a model.
struct Program {
  var name: String
  var steps: [Step]
  /// Whether it may be killed before any step.
  var mayDie = false
  /// Whether it may be stopped for ever before any step.
  var mayStop = false
  /// Whether its sleep may also end by itself.
  var naps = false
}

/// All threads and the memory at one moment.
struct ModelState: Hashable {
  struct Entry: Hashable {
    var cell: UInt8
    var value: UInt8
    var release: Bool
  }
  enum Condition: UInt8 { case running, asleep, ended, killed, stopped }
  struct Thread: Hashable {
    var next: UInt8 = 0
    var condition = Condition.running
    var bed: UInt8 = 0
    var registers = SIMD8<UInt8>()
    var buffer: [Entry] = []

    /// Takes no step any more, so what it was about to do makes no difference.
    mutating func end(_ condition: Condition) {
      self.condition = condition
      (next, bed) = (0, 0)
      for register in 0..<Model.temporaries { registers[register] = 0 }
    }
  }
  var memory: SIMD16<UInt8>
  var threads: [Thread]

  subscript(cell: Cell) -> UInt8 { memory[cell] }
}

/// A model: programs and what must hold.
struct Model {
  var programs: [Program]
  var memory = SIMD16<UInt8>()
  var buffers = StoreBuffer.total
  /// What is wrong with a state in which nobody can take a step, naps aside; nil if nothing is.
  var wrongAtEnd: (ModelState) -> String? = { _ in nil }
  /// What is wrong with any state.
  var wrong: (ModelState) -> String? = { _ in nil }

  /// So many registers, the first ones, are forgotten when a thread ends.
  static let temporaries = 3
}

/// What came of going through a model.
struct Exploration {
  var states = 0
  var ends = 0
  /// What is wrong, and the steps that lead there.
  var violation: (what: String, steps: [String])?

  var report: String {
    guard let violation else { return "\(states) states, \(ends) ends, nothing wrong" }
    return (["\(violation.what), after \(violation.steps.count) steps:"] + violation.steps)
      .joined(separator: "\n  ")
  }
}

extension Model {
  /// Goes through every order of steps, nearest states first, so that what is found is short.
  ///
  /// - Parameter limit: more states than this are a mistake in the model.
  /// - Returns: what was found.
  func explore(limit: Int = 3_000_000) -> Exploration {
    let code = programs.map { Code($0) }
    var found = Exploration()
    var seen: Set<ModelState> = []
    var order: [(state: ModelState, from: Int)] = []
    func visit(_ state: ModelState, from: Int) {
      guard seen.insert(state).inserted else { return }
      order.append((state, from))
    }
    // Told only for what was found: words are dear.
    func steps(to index: Int) -> [String] {
      var steps: [String] = []
      var index = index
      while order[index].from >= 0 {
        let (state, from) = order[index]
        var words = ""
        successors(of: order[from].state, code) { next, step, _ in
          if next == state { words = step() }
        }
        steps.append(words)
        index = from
      }
      return steps.reversed()
    }
    var start = ModelState(
      memory: memory, threads: programs.map { _ in ModelState.Thread() })
    for thread in code.indices where code[thread].steps.isEmpty {
      start.threads[thread].condition = .ended
    }
    visit(start, from: -1)
    var index = 0
    while index < order.count {
      let state = order[index].state
      if let what = wrong(state) {
        found.violation = (what, steps(to: index))
        break
      }
      var moved = false
      var failed: (String, String)?
      successors(of: state, code) { next, step, remark in
        switch remark {
        case .nap: break
        case .failed(let what):
          moved = true
          failed = (what, step())
        case nil: moved = true
        }
        visit(next, from: index)
      }
      if let failed {
        found.violation = (failed.0, steps(to: index) + [failed.1])
        break
      }
      if !moved {
        found.ends += 1
        if let what = wrongAtEnd(state) {
          found.violation = (what, steps(to: index))
          break
        }
      }
      precondition(order.count <= limit, "more than \(limit) states")
      index += 1
    }
    found.states = order.count
    return found
  }

  /// Goes on from a state in which nobody but a napping thread can take a step, until it sleeps again.
  ///
  /// - Parameter state: such a state.
  /// - Returns: the next such state; nil if nobody naps.
  func afterNap(_ state: ModelState) -> ModelState? {
    let code = programs.map { Code($0) }
    var state = state
    repeat {
      // Stores before steps; alone, a thread sees the same in any order.
      var next: ModelState?
      successors(of: state, code) { state, _, _ in next = next ?? state }
      guard let next else { return nil }
      state = next
    } while !state.threads.contains { $0.condition == .asleep }
    return state
  }

  /// A program with labels resolved: `next` counts only real steps.
  private struct Code {
    var name: String
    var steps: [Step] = []
    var targets: [String: Int] = [:]
    var mayDie: Bool
    var mayStop: Bool
    var naps: Bool

    init(_ program: Program) {
      (name, mayDie) = (program.name, program.mayDie)
      (mayStop, naps) = (program.mayStop, program.naps)
      for step in program.steps {
        switch step {
        case .label(let label): targets[label] = steps.count
        default: steps.append(step)
        }
      }
    }

    func target(_ label: String) -> UInt8 {
      guard let target = targets[label] else { preconditionFailure("no label \(label)") }
      return UInt8(target)
    }
  }

  /// What a step is besides a step.
  private enum Remark {
    case nap
    case failed(String)
  }

  private typealias Visit = (ModelState, () -> String, Remark?) -> Void

  private func successors(of state: ModelState, _ code: [Code], _ visit: Visit) {
    for index in state.threads.indices {
      let thread = state.threads[index]
      let name = code[index].name
      drain(state, index, name, visit)
      switch thread.condition {
      case .ended, .killed, .stopped: continue
      case .asleep:
        if code[index].naps {
          var next = state
          next.threads[index].condition = .running
          visit(next, { "\(name): the nap is over" }, .nap)
        }
      case .running:
        take(state, index, code[index], visit)
      }
      if code[index].mayDie {
        var next = state
        next.threads[index].end(.killed)
        visit(next, { "\(name) is killed" }, nil)
      }
      if code[index].mayStop {
        var next = state
        next.threads[index].end(.stopped)
        visit(next, { "\(name) is stopped" }, nil)
      }
    }
  }

  /// Lets a store reach memory.
  private func drain(_ state: ModelState, _ index: Int, _ name: String, _ visit: Visit) {
    let buffer = state.threads[index].buffer
    for (place, entry) in buffer.enumerated() {
      if place > 0 {
        guard buffers == .partial else { break }
        // Not past a store to the same cell, and a release past none.
        if entry.release || buffer[..<place].contains(where: { $0.cell == entry.cell }) { continue }
      }
      var next = state
      next.threads[index].buffer.remove(at: place)
      next.memory[Int(entry.cell)] = entry.value
      visit(next, { "\(name)'s \(entry.value) reaches cell \(entry.cell)" }, nil)
    }
  }

  private func take(_ state: ModelState, _ index: Int, _ code: Code, _ visit: Visit) {
    let thread = state.threads[index]
    let step = code.steps[Int(thread.next)]
    let isEmpty = thread.buffer.isEmpty
    func value(_ operand: Operand) -> UInt8 {
      switch operand {
      case .value(let value): value
      case .register(let register): thread.registers[register]
      }
    }
    func seen(_ cell: Cell) -> UInt8 {
      thread.buffer.last { Int($0.cell) == cell }?.value ?? state.memory[cell]
    }
    var next = state
    next.threads[index].next += 1
    func go(to label: String) {
      next.threads[index].next = code.target(label)
    }
    func emit() {
      let failure = finish(&next.threads[index], code)
      visit(next, { "\(code.name): \(step)" }, failure)
    }
    switch step {
    case .load(let register, let cell):
      next.threads[index].registers[register] = seen(cell)
    case .store(let cell, let operand, let ordering):
      next.threads[index].buffer.append(
        .init(cell: UInt8(cell), value: value(operand), release: ordering == .release))
    case .fence:
      guard isEmpty else { return }
    case .exchange(let register, let cell, let operand):
      guard isEmpty else { return }
      next.threads[index].registers[register] = state.memory[cell]
      next.memory[cell] = value(operand)
    case .compareExchange(let register, let cell, let expected, let desired):
      guard isEmpty else { return }
      let fits = state.memory[cell] == value(expected)
      next.threads[index].registers[register] = fits ? 1 : 0
      if fits { next.memory[cell] = value(desired) }
    case .increment(let cell):
      guard isEmpty else { return }
      next.memory[cell] += 1
    case .sleep(let cell, let register):
      guard isEmpty else { return }
      if state.memory[cell] == thread.registers[register] {
        next.threads[index].condition = .asleep
        next.threads[index].bed = UInt8(cell)
      }
    case .wake(let cell):
      for other in next.threads.indices
      where next.threads[other].condition == .asleep && Int(next.threads[other].bed) == cell {
        next.threads[other].condition = .running
        next.threads[other].bed = 0
      }
    case .await(let conditions):
      guard conditions.contains(where: { $1.holds(seen($0), value($2)) }) else { return }
    case .awaitDeath(let other):
      guard state.threads[other].condition == .killed, state.threads[other].buffer.isEmpty
      else { return }
    case .maybe(let label):
      emit()
      go(to: label)
    case .branch, .jump, .set, .check, .label: break
    }
    emit()
  }

  /// Takes the steps that concern the thread alone: no order among them can be told from another.
  private func finish(_ thread: inout ModelState.Thread, _ code: Code) -> Remark? {
    var failure: Remark?
    func value(_ operand: Operand) -> UInt8 {
      switch operand {
      case .value(let value): value
      case .register(let register): thread.registers[register]
      }
    }
    while Int(thread.next) < code.steps.count {
      switch code.steps[Int(thread.next)] {
      case .branch(let left, let relation, let right, let label):
        if relation.holds(value(left), value(right)) {
          thread.next = code.target(label)
          continue
        }
      case .jump(let label):
        thread.next = code.target(label)
        continue
      case .set(let register, let operand): thread.registers[register] = value(operand)
      case .check(let left, let relation, let right, let what):
        if !relation.holds(value(left), value(right)) { failure = .failed(what) }
      default: return failure
      }
      thread.next += 1
    }
    thread.end(.ended)
    return failure
  }
}
