import Glibc

/// Threads that compute, all at once.
func threads(_ count: Int, cpuSeconds: Double) {
  startAll(count) { _ in spin(cpuSeconds: cpuSeconds) }
}

/// Processes that compute, all at once.
func processes(_ count: Int, cpuSeconds: Double) {
  let all = (0..<count).map { _ in startProcess { spin(cpuSeconds: cpuSeconds) } }
  for pid in all { waitFor(pid) }
}

/// A process that starts a process that starts processes that compute.
func tree(_ leaves: Int, cpuSeconds: Double) {
  waitFor(
    startProcess {
      waitFor(startProcess { processes(leaves, cpuSeconds: cpuSeconds) })
    })
}

/// Threads that compute, of which one has much more to do.
func slowOne(_ count: Int, cpuSeconds: Double, slowest: Double) {
  startAll(count) { index in spin(cpuSeconds: index == 0 ? slowest : cpuSeconds) }
}

/// Threads of which the next is started when the one before has ended, as in the lesson.
func oneAfterTheOther(_ count: Int, cpuSeconds: Double) {
  for _ in 0..<count { pthread_join(start { spin(cpuSeconds: cpuSeconds) }, nil) }
}

/// Threads that do nothing, one after the other.
func shortThreads(_ count: Int) {
  for _ in 0..<count { pthread_join(start {}, nil) }
}

/// Processes that do nothing, one after the other.
func shortProcesses(_ count: Int) {
  for _ in 0..<count { waitFor(startProcess {}) }
}

/// Processes that do nothing, so many a second; where that is too many, as many as there can be.
func pacedProcesses(_ count: Int, perSecond: Double) {
  let began = monotonicNow()
  for index in 0..<count {
    waitFor(startProcess {})
    let next = began + Int(Double(index + 1) / perSecond * 1e9)
    let rest = next - monotonicNow()
    if rest > 0 { sleep(seconds: Double(rest) / 1e9) }
  }
}
