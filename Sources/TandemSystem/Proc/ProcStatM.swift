internal import Glibc

/// A process's memory from `/proc/PID/statm` (proc_pid_statm(5)), cheap enough to read often.
package enum ProcStatM {
  /// How many bytes of a process are in memory.
  ///
  /// - Parameter pid: its number.
  /// - Returns: nil when it is gone.
  package static func residentBytes(of pid: Int32) -> Int? {
    pages(of: pid).map { $0.resident * pageBytes }
  }

  /// How many of them have no file behind them.
  ///
  /// - Parameter pid: its number.
  /// - Returns: nil when it is gone.
  package static func anonymousBytes(of pid: Int32) -> Int? {
    pages(of: pid).map { max(0, $0.resident - $0.shared) * pageBytes }
  }

  /// Bytes of a page.
  package static var pageBytes: Int { max(1, sysconf(CInt(_SC_PAGESIZE))) }

  private static func pages(of pid: Int32) -> (resident: Int, shared: Int)? {
    guard let file = try? Descriptor.open("/proc/\(pid)/statm"),
      let bytes = try? file.readSome(limit: 256)
    else { return nil }
    var position = 0
    guard ASCIIScan.integer(bytes.span, at: &position) != nil else { return nil }
    ASCIIScan.skipBlanks(bytes.span, at: &position)
    guard let resident = ASCIIScan.integer(bytes.span, at: &position) else { return nil }
    ASCIIScan.skipBlanks(bytes.span, at: &position)
    guard let shared = ASCIIScan.integer(bytes.span, at: &position) else { return nil }
    return (Int(resident), Int(shared))
  }
}
