internal import CTandemShims
internal import Glibc

/// The exact times when the threads of a program are switched on and off the CPUs, are made, end, and
/// get names, from the kernel's records (perf_event_open(2)).
///
/// Each online CPU has a software event that counts nothing, and a ring of records. What followed threads
/// and processes start is followed too, whatever it executes and whichever process becomes its parent.
/// Ordinary users can follow their own programs while `kernel.perf_event_paranoid` is at most 2. Not
/// recorded are:
///
/// - a process that gains rights by an exec, from there on (`PerfRecord.Kind.exited`);
/// - what other processes do at a followed program's request, such as a daemon;
/// - what runs on a CPU that comes online later;
/// - the time after a thread's end was recorded, some microseconds of the kernel's.
///
/// Each new thread costs one event per CPU.
package struct SwitchEvents: ~Copyable {
  /// What to follow.
  package enum Target: Sendable, Hashable {
    /// A process that hasn't executed its program yet, from that exec on. The first record is that of
    /// the program's name; the thread is on a CPU then.
    case nextExec(of: CInt)
    /// Threads that run already, from now on. Whether each of them is on a CPU at the beginning, no
    /// record says: until its first one, a thread's state has to be found out otherwise.
    ///
    /// A thread that is made meanwhile by one that isn't followed yet is missed: compare
    /// `ProcTasks.threads` afterwards, and `follow` those. One that is made by a followed one and is
    /// named here too is recorded twice, at times that differ a little.
    case threads([CInt])
  }

  /// The pages of each ring; fewer than requested when locked memory is limited.
  package let pagesPerRing: Int
  private let cpus: [CInt]
  private let silentPerCPU: Int
  var merge: PerfRingMerge

  /// Opens the events and maps their rings.
  ///
  /// The memory counts against `kernel.perf_event_mlock_kb`, which is 516 KiB a CPU by default for all of
  /// a user's rings, and what is above that against `RLIMIT_MEMLOCK`: where it doesn't suffice, rings
  /// of half the size are tried, and so on.
  ///
  /// - Parameters:
  ///   - target: whom to follow.
  ///   - pagesPerRing: the pages of each ring, rounded down to a power of two: 64 hold 8,192 switches.
  ///   - eventsPerCPU: 1, or more to have threads pay what they would on a machine with so many times
  ///     as many CPUs; what is recorded stays the same.
  /// - Throws: what could not be done, and the error number: `EACCES` or `EPERM` when the kernel or a
  ///   container's filter forbids it, `ESRCH` when none of the threads is there any more, `EMFILE` when
  ///   this process may not have so many descriptors (one a thread and CPU).
  package init(
    following target: Target, pagesPerRing: Int = 64, eventsPerCPU: Int = 1
  ) throws(PerfEvents.Failure) {
    let cpus = Self.onlineCPUs()
    let silent = max(0, eventsPerCPU - 1)
    var pages = 1
    while pages <= pagesPerRing / 2 { pages *= 2 }
    while true {
      do throws(PerfEvents.Failure) {
        let groups = try Self.open(
          target, cpus: cpus, pages: pages, silentPerCPU: silent, joining: [])
        self.pagesPerRing = pages
        self.cpus = cpus
        self.silentPerCPU = silent
        self.merge = PerfRingMerge(rings: groups.map { PerfRing($0) })
        return
      } catch {
        guard error.stage == .mapping, pages > 1,
          error.errno == .notPermitted || error.errno == .outOfMemory
        else { throw error }
        pages /= 2
      }
    }
  }

  /// Follows more threads that run already, as `Target.threads` says.
  ///
  /// - Parameter threads: their numbers; those that have ended are passed over.
  /// - Throws: as `init`; some may be followed then.
  package mutating func follow(_ threads: [CInt]) throws(PerfEvents.Failure) {
    let present = merge.rings.compactMap(\.group)
    let groups = try Self.open(
      .threads(threads), cpus: cpus, pages: pagesPerRing, silentPerCPU: silentPerCPU,
      joining: present)
    merge.rings += groups.dropFirst(present.count).map { PerfRing($0) }
  }

  /// Gives the records that are certainly complete up to now, ordered by time over all CPUs.
  ///
  /// - Parameters:
  ///   - finally: whether to give all records, because everything followed has ended or this is the last
  ///     call.
  ///   - body: gets each record.
  package mutating func drain(finally: Bool = false, _ body: (PerfRecord) -> Void) {
    merge.drain(finally: finally, clock: MonotonicClock.now, body)
  }

  /// Everything before this time has been given out, in nanoseconds of `CLOCK_MONOTONIC`; it never
  /// goes back.
  package var horizonNS: UInt64 { merge.horizonNS }

  /// Records lost because their ring was full, as far as known.
  ///
  /// The kernel reports a loss with the next record that fits, or at the last `drain`. Each time, `body`
  /// receives a record of it too.
  package var lostRecords: UInt64 { merge.lostRecords }

  /// The newest record of each ring that was full when last drained.
  package var fullSinceNS: [UInt64] { merge.fullSinceNS }

  /// Records that arrived older than the horizon; they are given out at once, out of order.
  package var lateRecords: UInt64 { merge.lateRecords }

  private static func onlineCPUs() -> [CInt] {
    let list = CPUs.onlineList()?.ranges.flatMap { Array($0) } ?? []
    return (list.isEmpty ? Array(0..<CPUs.read().online) : list).map { CInt(clamping: $0) }
  }

  /// Opens the events of a target on each CPU: those of the groups that are present write to their
  /// rings, other CPUs get new ones, which stand behind them in what is returned.
  private static func open(
    _ target: Target, cpus: [CInt], pages: Int, silentPerCPU: Int, joining present: [PerfEventGroup]
  ) throws(PerfEvents.Failure) -> [PerfEventGroup] {
    var how = UInt32(TANDEM_PERF_INHERITED | TANDEM_PERF_LIVES)
    let threads: [CInt]
    switch target {
    case .nextExec(let pid):
      how |= UInt32(TANDEM_PERF_FROM_EXEC)
      threads = [pid]
    case .threads(let numbers):
      threads = numbers
    }
    let silently = how & ~UInt32(TANDEM_PERF_LIVES) | UInt32(TANDEM_PERF_SILENT)
    // A quarter, so that three are left while the reader wakes up.
    let watermark = UInt32(clamping: pages * sysconf(CInt(_SC_PAGESIZE)) / 4)
    var groups = present
    for thread in threads {
      do throws(PerfEvents.Failure) {
        for cpu in cpus {
          let event = try openOne(thread, cpu: cpu, how: how, watermark: watermark)
          let group: PerfEventGroup
          do throws(Errno) {
            if let present = groups.first(where: { $0.cpu == cpu }) {
              try present.add(event)
              group = present
            } else {
              group = try PerfEventGroup(event: event, cpu: cpu, pages: pages)
              groups.append(group)
            }
          } catch {
            throw PerfEvents.Failure(stage: .mapping, errno: error)
          }
          for _ in 0..<silentPerCPU {
            group.keep(try openOne(thread, cpu: cpu, how: silently, watermark: 0))
          }
        }
      } catch  where error.stage == .opening && error.errno == .noSuchProcess {
        // It has ended meanwhile.
      }
    }
    guard !groups.isEmpty else {
      throw PerfEvents.Failure(stage: .opening, errno: .noSuchProcess)
    }
    return groups
  }

  private static func openOne(
    _ thread: CInt, cpu: CInt, how: UInt32, watermark: UInt32
  ) throws(PerfEvents.Failure) -> Descriptor {
    do throws(Errno) {
      return Descriptor(
        owning: try Syscall.check { tandem_perf_open(thread, cpu, how, watermark) })
    } catch {
      throw PerfEvents.Failure(stage: .opening, errno: error)
    }
  }
}
