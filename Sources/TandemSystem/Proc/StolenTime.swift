internal import Glibc

/// What the host of a virtual machine has taken of its CPUs' time.
package enum StolenTime {
  /// Reads it.
  ///
  /// Source: proc_stat(5), the eighth figure of `cpu`.
  ///
  /// - Returns: nanoseconds since the machine's start, summed over its CPUs; nil when the kernel doesn't count it.
  package static func read() -> UInt64? {
    guard let bytes = try? ProcFile.bytes("/proc/stat") else { return nil }
    return nanoseconds(bytes, ticksPerSecond: UInt64(max(1, sysconf(CInt(_SC_CLK_TCK)))))
  }

  /// Takes it from the file's text.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - ticksPerSecond: the unit of its figures.
  /// - Returns: nanoseconds; nil when there is no such figure.
  package static func nanoseconds(
    _ bytes: some Collection<UInt8>, ticksPerSecond: UInt64
  ) -> UInt64? {
    let figures = KeyedLines(bytes, separator: UInt8(ascii: " ")).text("cpu")?.split(separator: " ")
    guard let figures, figures.count > 7, let ticks = UInt64(figures[7]) else { return nil }
    let (scaled, overflow) = ticks.multipliedReportingOverflow(by: 1_000_000_000 / ticksPerSecond)
    return overflow ? nil : scaled
  }
}
