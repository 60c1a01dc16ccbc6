import Glibc
import Synchronization

/// What threads wait for among themselves.
let locks: [String: @Sendable (String) -> Void] = [
  "mutex": { _ in
    let mutex = Shared(pthread_mutex_t())
    pthread_mutex_init(mutex.pointer, nil)
    pthread_mutex_lock(mutex.pointer)
    for _ in 0..<3 { waiter("mutex") { pthread_mutex_lock(mutex.pointer) } }
  },
  "timed-mutex": { _ in
    let mutex = Shared(pthread_mutex_t())
    pthread_mutex_init(mutex.pointer, nil)
    pthread_mutex_lock(mutex.pointer)
    waiter("timed-mutex") {
      var limit = never
      pthread_mutex_timedlock(mutex.pointer, &limit)
    }
  },
  "robust-mutex": { _ in
    let mutex = Shared(pthread_mutex_t())
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_setrobust(&attributes, CInt(PTHREAD_MUTEX_ROBUST))
    pthread_mutex_init(mutex.pointer, &attributes)
    pthread_mutex_lock(mutex.pointer)
    waiter("robust-mutex") { pthread_mutex_lock(mutex.pointer) }
  },
  "swift-mutex": { _ in
    final class Guarded: Sendable { let value = Mutex(0) }
    let guarded = Guarded()
    let held = Shared(sem_t())
    sem_init(held.pointer, 0, 0)
    // Held by a thread that only sleeps.
    waiter("swift-mutex-holder") {
      guarded.value.withLock { _ in
        sem_post(held.pointer)
        while true { _ = sleep(100_000) }
      }
    }
    sem_wait(held.pointer)
    waiter("swift-mutex") { guarded.value.withLock { $0 += 1 } }
  },
  "condition": { count in
    let mutex = Shared(pthread_mutex_t())
    let condition = Shared(pthread_cond_t())
    pthread_mutex_init(mutex.pointer, nil)
    pthread_cond_init(condition.pointer, nil)
    for _ in 0..<(Int(count) ?? 1) {
      waiter("condition") {
        pthread_mutex_lock(mutex.pointer)
        while true { pthread_cond_wait(condition.pointer, mutex.pointer) }
      }
    }
  },
  "timed-condition": { _ in
    let mutex = Shared(pthread_mutex_t())
    let condition = Shared(pthread_cond_t())
    pthread_mutex_init(mutex.pointer, nil)
    pthread_cond_init(condition.pointer, nil)
    waiter("timed-condition") {
      pthread_mutex_lock(mutex.pointer)
      var limit = never
      pthread_cond_timedwait(condition.pointer, mutex.pointer, &limit)
    }
  },
  // Signals that were given before: the words of the condition aren't those of a fresh one.
  "used-condition": { _ in
    let mutex = Shared(pthread_mutex_t())
    let condition = Shared(pthread_cond_t())
    let rounds = Shared(0)
    pthread_mutex_init(mutex.pointer, nil)
    pthread_cond_init(condition.pointer, nil)
    waiter("used-condition") {
      pthread_mutex_lock(mutex.pointer)
      while true {
        rounds.pointer.pointee += 1
        pthread_cond_wait(condition.pointer, mutex.pointer)
      }
    }
    var seen = 0
    while seen < 5 {
      pthread_mutex_lock(mutex.pointer)
      if rounds.pointer.pointee > seen {
        seen = rounds.pointer.pointee
        if seen < 5 { pthread_cond_signal(condition.pointer) }
      }
      pthread_mutex_unlock(mutex.pointer)
      sched_yield()
    }
  },
  "semaphore": { count in
    let semaphore = Shared(sem_t())
    sem_init(semaphore.pointer, 0, 0)
    for _ in 0..<(Int(count) ?? 1) { waiter("semaphore") { sem_wait(semaphore.pointer) } }
  },
  "read-lock": { _ in
    let lock = Shared(pthread_rwlock_t())
    pthread_rwlock_init(lock.pointer, nil)
    pthread_rwlock_wrlock(lock.pointer)
    waiter("read-lock") { pthread_rwlock_rdlock(lock.pointer) }
  },
  "write-lock": { _ in
    let lock = Shared(pthread_rwlock_t())
    pthread_rwlock_init(lock.pointer, nil)
    pthread_rwlock_rdlock(lock.pointer)
    waiter("write-lock") { pthread_rwlock_wrlock(lock.pointer) }
  },
  "barrier": { _ in
    let barrier = Shared(pthread_barrier_t())
    pthread_barrier_init(barrier.pointer, nil, 3)
    for _ in 0..<2 { waiter("barrier") { pthread_barrier_wait(barrier.pointer) } }
  },
  // After a round of two, the word that is waited for is 2, as a mutex's would be.
  "second-barrier": { _ in
    let barrier = Shared(pthread_barrier_t())
    pthread_barrier_init(barrier.pointer, nil, 2)
    waiter("second-barrier") {
      pthread_barrier_wait(barrier.pointer)
      pthread_barrier_wait(barrier.pointer)
    }
    pthread_barrier_wait(barrier.pointer)
  },
  "join": { _ in
    let asleep = waiter("joined") { while true { _ = sleep(100_000) } }
    let thread = Shared(asleep)
    waiter("join") { pthread_join(thread.pointer.pointee, nil) }
  },
  "sleep": { _ in waiter("sleep") { while true { _ = sleep(100_000) } } },
  "spin": { _ in
    let turns = Shared(UInt64(0))
    waiter("spin") { while true { turns.pointer.pointee &+= 1 } }
  },
  "suspend": { _ in
    waiter("suspend") {
      var mask = sigset_t()
      sigfillset(&mask)
      while true { sigsuspend(&mask) }
    }
  },
]
