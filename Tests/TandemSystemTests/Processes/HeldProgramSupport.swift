import CTandemShims
import Glibc
import TandemSystem
import Testing

/// Being nobody in particular, for the rest of a process's life.
enum OrdinaryUser {
  static func become() throws {
    guard geteuid() == 0 else { return }
    // Of root, both change the real, effective and saved number.
    #expect(setgid(65534) == 0)
    #expect(setuid(65534) == 0)
    // Changing the user makes a process one that others may not look into, and its children so until
    // they execute something (PR_SET_DUMPABLE in prctl(2)). Somebody who was it from the start may.
    let setDumpable = 4
    #expect(tandem_system_call(CLong(SYS_prctl), setDumpable, 1, 0, 0, 0, 0) == 0)
  }
}

/// Strings as C wants them in a vector, with a NULL behind them.
final class CVector {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

  deinit { pointers.forEach { free($0) } }
}
