internal import CTandemShims
internal import Glibc

/// Whether the kernel lets this process record when its threads and children are switched on and
/// off the CPUs (perf_event_open(2)).
package enum PerfEvents {
  /// Where recording failed.
  package enum Stage: String, Sendable {
    /// The event of the calling thread could not be opened.
    case opening
    /// Its ring of records could not be mapped.
    case mapping
    /// It was opened and mapped, but a switch left no record.
    case recording
    /// The event that children and new threads inherit could not be opened.
    case inheriting
    /// It was taken away when the program gained rights, or executed a file that may not be read.
    case following
  }

  /// Why there are no exact switch times.
  package struct Failure: Error, Hashable {
    /// Where it failed.
    package var stage: Stage
    /// The error number; nil when no call failed, but nothing was recorded.
    package var errno: Errno?

    /// Makes a failure.
    package init(stage: Stage, errno: Errno?) {
      self.stage = stage
      self.errno = errno
    }
  }

  /// What the probe found.
  package struct Probe: Sendable, Hashable {
    /// `kernel.perf_event_paranoid`; nil when the kernel has no perf events.
    package var paranoid: Int?
    /// Why there are no exact switch times; nil when there are.
    package var failure: Failure?

    /// Makes a value.
    package init(paranoid: Int?, failure: Failure?) {
      self.paranoid = paranoid
      self.failure = failure
    }
  }

  /// Tries it: records a switch of the calling thread, then opens what a child would inherit.
  ///
  /// The thread sleeps for a millisecond, so that there is a switch to record: some events can be
  /// opened and then stay at 0 for ever.
  ///
  /// - Returns: what was found.
  package static func probe() -> Probe {
    let paranoid = try? ProcFile.integer("/proc/sys/kernel/perf_event_paranoid")
    return Probe(paranoid: paranoid, failure: failure())
  }

  private static func failure() -> Failure? {
    do throws(Errno) {
      let event = try open(cpu: -1, inherit: false)
      do throws(Errno) {
        guard try recordsASwitch(event) else { return Failure(stage: .recording, errno: nil) }
      } catch {
        return Failure(stage: .mapping, errno: error)
      }
    } catch {
      return Failure(stage: .opening, errno: error)
    }
    do throws(Errno) {
      // Inherited events can be mapped only when they are of one CPU.
      let cpu = try CPUs.allowedNumbers().first ?? 0
      let event = try open(cpu: CInt(clamping: cpu), inherit: true)
      _ = try recordsASwitch(event)
    } catch {
      return Failure(stage: .inheriting, errno: error)
    }
    return nil
  }

  private static func open(cpu: CInt, inherit: Bool) throws(Errno) -> Descriptor {
    Descriptor(
      owning: try Syscall.check {
        tandem_perf_open(0, cpu, inherit ? UInt32(TANDEM_PERF_INHERITED) : 0, 0)
      })
  }

  /// Maps the smallest possible ring, sleeps a millisecond, and checks whether anything was written.
  private static func recordsASwitch(_ event: borrowing Descriptor) throws(Errno) -> Bool {
    let page = sysconf(CInt(_SC_PAGESIZE))
    let number = event.rawValue
    // SAFETY: a new mapping of one page of counters and one of records, unmapped below.
    let ring = unsafe try Syscall.checkPointer {
      let mapping = unsafe mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0)
      return unsafe mapping == MAP_FAILED ? nil : mapping
    }
    // SAFETY: exactly what was mapped above.
    defer { unsafe _ = munmap(ring, 2 * page) }
    var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
    // SAFETY: `pause` outlives the call.
    unsafe _ = nanosleep(&pause, nil)
    // SAFETY: the first page of a ring.
    return unsafe tandem_perf_ring_head(ring) > 0
  }
}
