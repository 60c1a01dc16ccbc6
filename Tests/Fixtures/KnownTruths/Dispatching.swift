import Dispatch
import Glibc

/// Threads that compute for a while each, and only in a queue that does one thing at a time.
func dispatchSync(_ threads: Int, rounds: Int, cpuSecondsEach: Double) {
  let queue = DispatchQueue(label: "turns")
  let door = Door(for: threads)
  startAll(threads) { _ in
    door.pass()
    for _ in 0..<rounds / threads { queue.sync { spin(cpuSeconds: cpuSecondsEach) } }
  }
}

/// Threads that wait for a semaphore, which another one raises every 20 ms, and then compute.
func dispatchSemaphore(_ threads: Int, items: Int, cpuSecondsEach: Double) {
  let filled = DispatchSemaphore(value: 0)
  let left = Shared(items)
  let lock = Lock()
  let producer = start {
    for _ in 0..<items {
      sleep(seconds: 0.02)
      filled.signal()
    }
    for _ in 0..<threads { filled.signal() }
  }
  startAll(threads) { _ in
    while true {
      filled.wait()
      let isThere = lock.locked {
        left.pointer.pointee -= 1
        return left.pointer.pointee >= 0
      }
      if !isThere { return }
      spin(cpuSeconds: cpuSecondsEach)
    }
  }
  pthread_join(producer, nil)
}

private actor Turns {
  func take(cpuSeconds: Double) { spin(cpuSeconds: cpuSeconds) }
}

/// Tasks that compute for a while each, and only in an actor; the threads are the runtime's.
func actorTurns(_ tasks: Int, rounds: Int, cpuSecondsEach: Double) {
  let ended = DispatchSemaphore(value: 0)
  Task {
    let turns = Turns()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<tasks {
        group.addTask {
          for _ in 0..<rounds / tasks { await turns.take(cpuSeconds: cpuSecondsEach) }
        }
      }
    }
    ended.signal()
  }
  ended.wait()
}
