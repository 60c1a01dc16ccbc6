extension Duration {
  /// The duration in nanoseconds: 0 for a negative one, 146 years for a longer one.
  package var saturatedNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let longest: UInt64 = 1 << 62
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? longest : min(longest, whole &+ UInt64(attoseconds / 1_000_000_000))
  }
}
