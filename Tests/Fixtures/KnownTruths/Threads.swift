import Glibc

/// A value that threads share without the compiler's leave: each program says how it is guarded.
final class Shared<Value>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }
}

private final class Body {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

/// Starts a thread.
func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
  var thread = pthread_t()
  let body = Unmanaged.passRetained(Body(run))
  let failure = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, body.toOpaque())
  guard failure == 0 else { fail("no thread: \(failure)") }
  return thread
}

/// Starts threads, and waits for them when all are there.
func startAll(_ count: Int, _ run: @escaping @Sendable (Int) -> Void) {
  let all = (0..<count).map { index in start { run(index) } }
  for thread in all { pthread_join(thread, nil) }
}

/// A door that opens when all are there, so that nobody has done anything before.
final class Door: @unchecked Sendable {
  private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

  init(for count: Int) { pthread_barrier_init(barrier, nil, UInt32(count)) }

  func pass() { pthread_barrier_wait(barrier) }
}

/// A mutex of the C library.
final class Lock: @unchecked Sendable {
  let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
