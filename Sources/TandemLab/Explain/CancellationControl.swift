import Glibc
import TandemSystem

/// Ends watched programs when a task is cancelled: first politely, later by force.
struct CancellationControl: ProgramControl {
  private let isCancelled: SharedFlag
  private let graceNS: UInt64

  /// Makes a control.
  ///
  /// - Parameters:
  ///   - isCancelled: Set when the task is cancelled.
  ///   - grace: The time from SIGTERM to SIGKILL.
  init(_ isCancelled: SharedFlag, grace: Duration) {
    self.isCancelled = isCancelled
    graceNS = UInt64(max(0, min(grace / .nanoseconds(1), 1e18)))
  }

  func attach(to subject: WatchedSubject) -> any ProgramAttachment {
    Attachment(isCancelled, child: subject.child, graceNS: graceNS)
  }

  private final class Attachment: ProgramAttachment {
    private let isCancelled: SharedFlag
    private let child: Int32?
    private let graceNS: UInt64
    /// When the child got SIGTERM; nil before.
    private var askedNS: UInt64?

    init(_ isCancelled: SharedFlag, child: Int32?, graceNS: UInt64) {
      self.isCancelled = isCancelled
      self.child = child
      self.graceNS = graceNS
    }

    var wasInterrupted: Bool { isCancelled.isSet }
    var killsWhatIsLeft: Bool { true }

    func shouldStopWatching() -> Bool {
      guard isCancelled.isSet else { return false }
      guard let child else { return true }
      let now = MonotonicClock.now()
      guard let askedNS else {
        // Nobody has waited for it yet, so the number is its own.
        kill(child, SIGTERM)
        // A stopped program would not see the signal.
        kill(child, SIGCONT)
        askedNS = now
        return false
      }
      return now &- askedNS >= graceNS
    }

    func detach() {}
  }
}
