extension FigureText {
  /// A size of memory, such as `1.21 MiB`; below 1 KiB in bytes.
  ///
  /// - Parameter kib: the size in KiB (1024 bytes); nil when it was not measured.
  /// - Returns: three significant digits with B, KiB, MiB, GiB or TiB; whole numbers up to 1023.
  package static func memory(kib: Double?) -> String {
    guard let kib, kib.isFinite else { return notMeasured }
    if kib == 0 { return "0 B" }
    let bytes = kib * 1024
    if abs(bytes) < 1023.5 { return "\(number(bytes, decimals: 0)) B" }
    var value = bytes
    for unit in ["KiB", "MiB", "GiB"] {
      value /= 1024
      guard abs(value) < 1024 else { continue }
      let decimals = decimals(for: value)
      if Decimals(abs(value), places: decimals).value < 1024 {
        return "\(number(value, decimals: decimals)) \(unit)"
      }
    }
    value /= 1024
    return "\(number(value, decimals: decimals(for: value))) TiB"
  }
}
