package import TandemModel
package import TandemSystem

/// What a thread that is off the CPU waits for.
package struct Wait: Sendable, Hashable {
  /// How the time is counted: never `onCPU` or `runnable`.
  package var state: WorkerState
  /// The name of the system call that the thread is in; nil when it is in none, or in one that isn't in
  /// the table.
  package var call: String?
  /// What exactly it waits for.
  package var detail: Detail
  /// Whether a later sample of the same wait may be more accurate: it counts as a lock only because
  /// several threads wait.
  package var isTentative = false
  /// The lock that it waits for; nil when it waits for something else, or when that isn't known.
  package var lock: WaitedLock?
  /// How many threads were seen waiting for a lock on a file; 0 for other waits.
  package var waiters = 0

  /// Makes a wait.
  ///
  /// - Parameters:
  ///   - state: how the time is counted.
  ///   - call: the name of the system call.
  ///   - detail: what exactly it waits for.
  package init(_ state: WorkerState, call: String? = nil, _ detail: Detail = .none) {
    self.state = state
    self.call = call
    self.detail = detail
  }

  /// Whether it may be for a lock of a Python interpreter's, of which the functions of Python tell more.
  var mayBeForPython: Bool {
    guard case .futex(let futex) = detail, !futex.isShared else { return false }
    return futex.kind == .semaphore || futex.kind == .pythonLock
  }

  /// What exactly a thread waits for.
  package enum Detail: Sendable, Hashable {
    /// A word of memory that another thread is to change.
    case futex(FutexWait)
    /// A descriptor, by its number in the thread's process.
    case descriptor(CInt, DescriptorKind)
    /// A file by its path, before it has a descriptor.
    case path(String)
    /// A system call without more, by its number on this architecture.
    case systemCall(Int)
    /// Nothing that could be seen.
    case none

    /// What outside of the program it is, by its address or its path; nil when it has neither.
    var outside: String? {
      switch self {
      case .path(let path): path
      // One that wasn't listed yet has no address.
      case .descriptor(_, .connection(let text, _)): text.contains(":") ? text : nil
      case .descriptor(_, .file(let path)), .descriptor(_, .terminal(let path)),
        .descriptor(_, .device(let path)):
        path
      case .descriptor(_, .pipe(let name, _)): name
      case .descriptor, .futex, .systemCall, .none: nil
      }
    }
  }
}

/// A wait for a word of memory (futex(2)).
package struct FutexWait: Sendable, Hashable {
  /// The lock's address where it is known, else the word's; of a lock between processes, as the waiting
  /// process sees it.
  package var address: UInt64
  /// What the word belongs to.
  package var kind: FutexKind
  /// How many threads wait for it, this one included, as far as was seen.
  package var waiters: Int
  /// Whether threads of other processes may wait for it as well.
  package var isShared: Bool

  /// Makes a value.
  ///
  /// - Parameters:
  ///   - address: the word's or the lock's address.
  ///   - kind: what the word belongs to.
  ///   - waiters: how many threads wait for it.
  ///   - isShared: whether other processes may wait for it.
  package init(address: UInt64, kind: FutexKind, waiters: Int = 1, isShared: Bool = false) {
    self.address = address
    self.kind = kind
    self.waiters = waiters
    self.isShared = isShared
  }
}

/// What a futex belongs to, according to the call's arguments and the words around it.
package enum FutexKind: Sendable, Hashable, CaseIterable {
  /// A global interpreter lock: CPython's, PyPy's or Ruby's.
  case gil
  /// A lock that one thread holds at a time.
  case mutex
  /// A lock that many may hold to read and one to write.
  case readWriteLock
  /// A semaphore (sem_overview(7)), which programs use as a lock or as a queue.
  case semaphore
  /// A `PyMutex` of CPython 3.13 and later, which from 3.14 on is also `threading.Lock`.
  case pythonLock
  /// An empty queue or an event of CPython 3.13 and later.
  case pythonQueue
  /// A condition variable.
  case condition
  /// A barrier that not all threads have reached.
  case barrier
  /// A turn in a queue of libdispatch's that does one thing at a time (`DispatchQueue.sync`).
  case queueTurn
  /// The end of a thread (pthread_join(3)).
  case join
  /// A word on which one thread parks, for any purpose.
  case parking
  /// System V semaphores (semop(2)); the address is the set's number.
  case systemV
  /// Nothing that was recognised.
  case unknown
  /// Unknown, because the memory around it can't be read.
  case unreadable
}

/// What a thread's descriptor is.
package enum DescriptorKind: Sendable, Hashable {
  /// A file or folder on a file system.
  case file(String)
  /// A terminal.
  case terminal(String)
  /// Another device.
  case device(String)
  /// A pipe; `name` is the path of one that has a name.
  case pipe(name: String?, OtherEnd)
  /// A Unix socket.
  case unixSocket(OtherEnd)
  /// A connection over TCP or UDP: `TCP 10.0.0.1:443`.
  case connection(String, OtherEnd)
  /// A socket that waits for connections; the text is its address, if it has one.
  case listener(String)
  /// A socket of another family, or without an other end; the text is the protocol's name.
  case socket(String)
  /// A counter on which threads wake each other (eventfd(2)).
  case event
  /// A timer (timerfd_create(2)).
  case timer
  /// Signals (signalfd(2)).
  case signals
  /// A set of descriptors (epoll(7)).
  case readinessSet
  /// Changes of files (inotify(7), fanotify(7)).
  case fileChanges
  /// A process (pidfd_open(2)).
  case process
  /// A ring of the kernel's (io_uring(7)).
  case ring
  /// A message queue (mq_overview(7)).
  case messageQueue
  /// Something else of the kernel's, by its name there.
  case kernelObject(String)
  /// A descriptor that was closed before it could be inspected, or that can't be inspected.
  case unreadable

  /// Where the other end of a pipe or a connection is.
  package enum OtherEnd: Sendable, Hashable {
    /// A process that is observed holds it.
    case inside
    /// No process that is observed holds it.
    case outside
    /// It couldn't be seen.
    case unknown
  }
}

/// The result of reading a thread's wait.
package enum WaitReading: Sendable, Hashable {
  /// It is on a CPU, or ready to be put on one.
  case running
  /// It waits.
  case waiting(Wait)
  /// It has ended.
  case gone
  /// This user isn't allowed to inspect it.
  case refused(Errno)
}
