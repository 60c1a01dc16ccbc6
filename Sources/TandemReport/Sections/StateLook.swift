package import TandemModel

extension WorkerState {
  /// What people call the state.
  package var label: String {
    switch self {
    case .onCPU: "on a CPU"
    case .runnable: "ready, waiting for a CPU"
    case .gil: "waiting for the GIL"
    case .lock: "waiting for a lock"
    case .io: "waiting for I/O"
    case .sleep: "asleep"
    case .child: "waiting for a child"
    case .waitingForWork: "waiting for work"
    case .tooShort: "in waits too short to look into"
    case .other: "waiting, reason unknown"
    case .starting: "starting workers"
    case .ending: "ending workers"
    case .preparing: "preparing"
    case .movingData: "moving data"
    case .startingServer: "starting the server"
    case .idle: "no worker in progress"
    }
  }

  /// What a wait is for, where there is room for a word: `GIL 2.98 s`.
  var word: String {
    switch self {
    case .onCPU: "on a CPU"
    case .runnable: "a CPU"
    case .gil: "GIL"
    case .lock: "lock"
    case .io: "I/O"
    case .sleep: "asleep"
    case .child: "child"
    case .waitingForWork: "work"
    case .tooShort: "too short"
    case .other: "unknown"
    case .starting, .ending, .preparing, .movingData, .startingServer, .idle: label
    }
  }

  /// How a timeline draws the state.
  ///
  /// Who wants a CPU is a block, the denser the nearer to one; who waits for something else is a
  /// letter or a line; who has nothing to do is hardly there. So it reads without colour too.
  var sign: Character {
    switch self {
    case .onCPU: "█"
    case .runnable: "▒"
    case .gil: "░"
    case .lock: "×"
    case .io: "≈"
    case .sleep: "z"
    case .child: "-"
    case .waitingForWork: "·"
    case .tooShort: ":"
    // The last six are never drawn: a timeline shows what was observed.
    case .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle: "?"
    }
  }

  /// The colour.
  var ink: Ink { .state(self) }
}
