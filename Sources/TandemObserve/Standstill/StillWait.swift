package import TandemModel

/// A worker's wait, with all that can be found out about who could end it.
package struct StillWait: Sendable, Hashable {
  /// How a wait counts when a program seems to stand still.
  package enum Nature: Sendable, Hashable {
    /// For another worker of the program.
    case inside
    /// For a time that the worker chose.
    case ownTime
    /// For something outside of the program, or for something unknown.
    case outside
  }

  /// Who could end a wait.
  package enum Actors: Sendable, Hashable {
    /// One thread.
    case thread(Int32)
    /// A thread that isn't in the process.
    case goneThread(Int32)
    /// Any other thread of the worker's process.
    case otherThreads
    /// Any thread of some processes, except for the worker itself.
    case processes([Int32])
  }

  /// How it counts.
  package var nature: Nature
  /// What it is for.
  package var target: StandstillWait.Target
  /// Which one, in words.
  package var object: String?
  /// The address of the lock, or of the word; nil for other waits.
  package var address: UInt64?
  /// Whether it ends by itself after some time.
  package var hasLimit: Bool
  /// That time, in nanoseconds from its beginning; nil when it isn't known.
  package var limitNS: UInt64?
  /// Who could end it.
  package var actors: Actors
  /// Whether nobody else could, apart from a signal or a debugger.
  package var isComplete: Bool
  /// Whether its process was forked from one that has several threads, and has executed nothing since.
  package var isAfterFork: Bool
  /// Where in the program the worker is: its registers at the system call.
  package var site: Site

  /// A place in a program.
  package struct Site: Sendable, Hashable {
    /// Where the stack ends.
    package var stackPointer: UInt64
    /// The instruction.
    package var programCounter: UInt64

    /// Makes a place.
    package init(stackPointer: UInt64 = 0, programCounter: UInt64 = 0) {
      self.stackPointer = stackPointer
      self.programCounter = programCounter
    }
  }

  /// Makes a wait.
  package init(
    _ nature: Nature, for target: StandstillWait.Target = .word, object: String? = nil,
    hasLimit: Bool = false, limitNS: UInt64? = nil, actors: Actors = .otherThreads,
    isComplete: Bool = false,
    isAfterFork: Bool = false, site: Site = Site()
  ) {
    self.nature = nature
    self.target = target
    self.object = object
    self.hasLimit = hasLimit
    self.limitNS = limitNS
    self.actors = actors
    self.isComplete = isComplete
    self.isAfterFork = isAfterFork
    self.site = site
  }

  /// Whether it is for what comes through a pipe or a socket.
  package var isOnDescriptor: Bool {
    switch target {
    case .pipeData, .pipeRoom, .socketData, .socketRoom, .severalDescriptors: true
    default: false
    }
  }

  /// Whether it is known what has to happen first: a lock's holder, a thread's end, the other end of a pipe.
  ///
  /// Of a condition or a semaphore it isn't: another thread may or may not mean to signal it.
  package var isIdentified: Bool {
    switch actors {
    case .thread, .goneThread, .processes: true
    case .otherThreads: target == .gil
    }
  }
}
