import Glibc
import TandemSystem

/// One lock that every worker holds while it computes, with the protocol of CPython's GIL.
///
/// Whoever wants it waits 5 ms; if nobody let go of it meanwhile, it asks the holder to, and the holder
/// does at its next checkpoint and then waits until another one has it (Python/ceval_gil.c, "Notes about
/// the implementation"). Around blocking input the holder lets go by itself.
final class GlobalLock: @unchecked Sendable {
  // SAFETY (@unchecked): everything mutable is read and written with `mutex` held, except
  // `dropRequested`, which is atomic.

  /// How long a waiter waits before it asks, in nanoseconds: `sys.getswitchinterval()`'s default.
  static let switchInterval: UInt64 = 5_000_000

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let freed: UnsafeMutablePointer<pthread_cond_t>
  private let taken: UnsafeMutablePointer<pthread_cond_t>
  private let dropRequested = SharedFlag()
  private var isHeld = false
  private var holder: Int32 = 0
  private var switches: UInt64 = 0

  init() {
    mutex = .allocate(capacity: 1)
    freed = .allocate(capacity: 1)
    taken = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(freed, &attributes)
    pthread_cond_init(taken, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(freed)
    pthread_cond_destroy(taken)
    mutex.deallocate()
    freed.deallocate()
    taken.deallocate()
  }

  /// How often another thread took the lock than the one that had it before, the first taking
  /// among them.
  var handovers: UInt64 {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return switches
  }

  /// Takes the lock.
  func acquire() {
    pthread_mutex_lock(mutex)
    while isHeld {
      let before = switches
      let timedOut = wait(freed, nanoseconds: Self.switchInterval)
      // Only somebody whose whole interval passed without a switch asks.
      if timedOut && isHeld && switches == before { dropRequested.set(true) }
    }
    isHeld = true
    let thread = OSThread.currentID
    if holder != thread {
      holder = thread
      switches += 1
    }
    dropRequested.set(false)
    pthread_cond_signal(taken)
    pthread_mutex_unlock(mutex)
  }

  /// Lets go of the lock.
  func release() {
    pthread_mutex_lock(mutex)
    isHeld = false
    pthread_cond_signal(freed)
    if dropRequested.isSet {
      // Forced switching: else the one that let go could have it again before the one that asked woke.
      let thread = holder
      while holder == thread && dropRequested.isSet {
        _ = wait(taken, nanoseconds: Self.switchInterval)
      }
    }
    pthread_mutex_unlock(mutex)
  }

  /// Hands the lock over if somebody asked for it.
  @inline(__always)
  func checkpoint() {
    guard dropRequested.isSet else { return }
    release()
    acquire()
  }

  /// - Returns: whether the time was over.
  private func wait(_ condition: UnsafeMutablePointer<pthread_cond_t>, nanoseconds: UInt64) -> Bool
  {
    let deadline = MonotonicClock.now() &+ nanoseconds
    var time = timespec(
      tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    return pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT
  }
}
