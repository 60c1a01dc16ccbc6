internal import Glibc

/// `CLOCK_MONOTONIC`: one clock for every process of the machine (clock_gettime(2)).
package enum MonotonicClock {
  /// Nanoseconds since some fixed point in the past.
  package static func now() -> UInt64 {
    var time = timespec()
    // SAFETY: `time` outlives the call; CLOCK_MONOTONIC always exists on Linux.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// A time that the kernel gives in ticks since the machine was started, as `/proc/PID/stat` does.
  ///
  /// - Parameter ticks: hundredths of a second (`USER_HZ`), those in which the machine was suspended
  ///   included (proc_pid_stat(5), `starttime`).
  /// - Returns: nanoseconds of this clock, to a hundredth of a second.
  package static func time(ofTicksSinceBoot ticks: UInt64) -> UInt64 {
    var boot = timespec()
    // SAFETY: `boot` outlives the call; CLOCK_BOOTTIME always exists on Linux.
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &boot)
    let sinceBoot = UInt64(boot.tv_sec) &* 1_000_000_000 &+ UInt64(boot.tv_nsec)
    let suspended = sinceBoot &- min(sinceBoot, now())
    let time = ticks &* 10_000_000
    return time &- min(time, suspended)
  }

  /// The time of a moment of the day's clock (`CLOCK_REALTIME`) on this one, as long as nobody sets that clock.
  ///
  /// - Parameter nanoseconds: nanoseconds since 1970.
  /// - Returns: nanoseconds of this clock; 0 when the moment was before its beginning.
  package static func time(ofRealtime nanoseconds: UInt64) -> UInt64 {
    var day = timespec()
    // SAFETY: `day` outlives the call; CLOCK_REALTIME always exists.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &day)
    let offset = UInt64(day.tv_sec) &* 1_000_000_000 &+ UInt64(day.tv_nsec) &- now()
    return nanoseconds > offset ? nanoseconds - offset : 0
  }
}
