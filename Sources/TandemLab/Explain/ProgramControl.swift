/// Decides how long programs are watched, and passes on to them what is meant for them.
///
/// The library's own one ends a command when the task is cancelled. The `tandem` command forwards signals
/// and mirrors job control instead.
package protocol ProgramControl {
  /// Attaches to a program before it is released, or to the time between two runs.
  ///
  /// - Parameter subject: The program.
  /// - Returns: The attachment; the caller detaches it.
  func attach(to subject: WatchedSubject) -> any ProgramAttachment
}

/// What a control is attached to.
package enum WatchedSubject: Sendable, Hashable {
  /// A command that was started here and not yet waited for.
  case command(pid: Int32)
  /// A repeated run of a command, whose result nobody sees.
  case repeatedRun(pid: Int32)
  /// The time between repeated runs.
  case betweenRepeatedRuns
  /// A program that somebody else started.
  case running

  /// The child that may be signalled; nil when there is none.
  package var child: Int32? {
    switch self {
    case .command(let pid), .repeatedRun(let pid): pid
    case .betweenRepeatedRuns, .running: nil
    }
  }
}

/// A control's hold on one program.
package protocol ProgramAttachment {
  /// Asked in every round of watching: whether to stop watching although the program continues.
  func shouldStopWatching() -> Bool
  /// Whether anybody asked for an end, of the program or of the watching.
  var wasInterrupted: Bool { get }
  /// Whether a command that was still running when the watching stopped is killed.
  var killsWhatIsLeft: Bool { get }
  /// Lets go of the program.
  func detach()
}
