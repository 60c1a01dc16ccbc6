import Glibc

/// Threads that sleep, all at once: nobody begins before all are there.
func sleepers(_ count: Int, seconds: Double) {
  let door = Door(for: count)
  startAll(count) { _ in
    door.pass()
    sleep(seconds: seconds)
  }
}

/// Writes a byte to standard output now and then, from when the first one has been read: on a busy machine
/// the reader may come late.
func drip(_ count: Int, pauseSeconds: Double) {
  writeByte(1)
  let latest = monotonicNow() + 60_000_000_000
  while unreadBytes(1) > 0, monotonicNow() < latest { sleep(seconds: pauseSeconds / 10) }
  for _ in 0..<count {
    sleep(seconds: pauseSeconds)
    writeByte(1)
  }
}

/// Threads that read standard input, a byte at a time, to its end.
func readers(_ count: Int) {
  startAll(count) { _ in while readByte(0) {} }
}

/// Threads that read a pipe, which a child process feeds: it computes for each byte.
func fedReaders(_ count: Int, bytes: Int, cpuSecondsEach: Double) {
  let ends = makePipe()
  let feeder = startProcess {
    close(ends.read)
    for _ in 0..<bytes {
      spin(cpuSeconds: cpuSecondsEach)
      writeByte(ends.write)
    }
  }
  close(ends.write)
  startAll(count) { _ in while readByte(ends.read) {} }
  waitFor(feeder)
}

/// Threads that all need one mutex for all their work.
///
/// The mutex needn't be fair: all of them are there until the last round is done.
func convoy(_ count: Int, rounds: Int, cpuSecondsEach: Double) {
  let (lock, door, done) = (Lock(), Door(for: count), Shared(0))
  startAll(count) { _ in
    door.pass()
    while true {
      let isOver = lock.locked {
        guard done.pointer.pointee < rounds else { return true }
        spin(cpuSeconds: cpuSecondsEach)
        done.pointer.pointee += 1
        return false
      }
      if isOver { return }
    }
  }
}

/// Threads that hand a turn on, each to the next, by condition variables.
func conditionChain(_ count: Int, rounds: Int, cpuSecondsEach: Double) {
  let (lock, turn) = (Lock(), Shared(0))
  let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: count)
  for index in 0..<count { pthread_cond_init(changed + index, nil) }
  let conditions = Shared(changed)
  startAll(count) { index in
    for round in 0..<rounds {
      let mine = round * count + index
      lock.locked {
        while turn.pointer.pointee != mine {
          pthread_cond_wait(conditions.pointer.pointee + index, lock.mutex)
        }
      }
      spin(cpuSeconds: cpuSecondsEach)
      lock.locked {
        turn.pointer.pointee = mine + 1
        pthread_cond_signal(conditions.pointer.pointee + (index + 1) % count)
      }
    }
  }
}

/// The same by semaphores.
func semaphoreChain(_ count: Int, rounds: Int, cpuSecondsEach: Double) {
  let turns = UnsafeMutablePointer<sem_t>.allocate(capacity: count)
  for index in 0..<count { sem_init(turns + index, 0, index == 0 ? 1 : 0) }
  let semaphores = Shared(turns)
  startAll(count) { index in
    for _ in 0..<rounds {
      while sem_wait(semaphores.pointer.pointee + index) != 0 {}
      spin(cpuSeconds: cpuSecondsEach)
      sem_post(semaphores.pointer.pointee + (index + 1) % count)
    }
  }
}

/// The same by pipes.
func pipeChain(_ count: Int, rounds: Int, cpuSecondsEach: Double) {
  let pipes = (0..<count).map { _ in makePipe() }
  writeByte(pipes[0].write)
  startAll(count) { index in
    for _ in 0..<rounds {
      _ = readByte(pipes[index].read)
      spin(cpuSeconds: cpuSecondsEach)
      writeByte(pipes[(index + 1) % count].write)
    }
  }
}

/// Threads of which most never get anything to do: they wait until the others have ended.
func idleMany(_ count: Int, busy: Int, cpuSeconds: Double) {
  let (lock, isOver) = (Lock(), Shared(false))
  let ended = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  pthread_cond_init(ended, nil)
  let condition = Shared(ended)
  let idle = (busy..<count).map { _ in
    start {
      lock.locked {
        while !isOver.pointer.pointee { pthread_cond_wait(condition.pointer.pointee, lock.mutex) }
      }
    }
  }
  startAll(busy) { _ in spin(cpuSeconds: cpuSeconds) }
  lock.locked {
    isOver.pointer.pointee = true
    pthread_cond_broadcast(condition.pointer.pointee)
  }
  for thread in idle { pthread_join(thread, nil) }
}
