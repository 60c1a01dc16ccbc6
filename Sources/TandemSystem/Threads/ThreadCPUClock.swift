internal import Glibc

/// `CLOCK_THREAD_CPUTIME_ID`: the calling thread's own time on a CPU (clock_gettime(2)).
package enum ThreadCPUClock {
  /// Nanoseconds that the calling thread has spent on a CPU.
  package static func now() -> UInt64 {
    var time = timespec()
    // SAFETY: `time` outlives the call; the clock always exists for the calling thread.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
