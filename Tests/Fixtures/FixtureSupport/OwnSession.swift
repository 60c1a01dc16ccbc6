import Glibc

/// The session of this program, which a fixture leads.
public enum OwnSession {
  /// How many processes it has: this one, what it has started, and ended ones that nobody waited for.
  public static var processes: Int {
    names(in: "/proc").compactMap { pid_t($0) }.count { getsid($0) == getsid(0) }
  }
}
