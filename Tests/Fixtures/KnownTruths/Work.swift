import Glibc

/// The CPU time of the calling thread, in nanoseconds.
func threadCPUTime() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Computes until the calling thread has used so much more CPU time.
func spin(cpuSeconds: Double) {
  let end = threadCPUTime() + Int(cpuSeconds * 1e9)
  var number = 1
  while threadCPUTime() < end {
    for _ in 0..<1_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 }
  }
  // So that the numbers are computed.
  if number == 0 { fail("an odd number became 0") }
}

/// Sleeps.
func sleep(seconds: Double) {
  var rest = timespec(
    tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
  var left = timespec()
  while nanosleep(&rest, &left) != 0 { rest = left }
}

/// The monotonic clock, in nanoseconds.
func monotonicNow() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
