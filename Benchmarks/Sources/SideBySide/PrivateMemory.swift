import Foundation

/// Private memory of a process: its pages that nobody else has, which ending it would free.
enum PrivateMemory {
  /// Private pages of a process, in KiB.
  ///
  /// The sum of `Private_Clean` and `Private_Dirty` in /proc/PID/smaps_rollup (proc(5)).
  static func kib(of process: Int32) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
    return text.split(separator: "\n")
      .filter { $0.hasPrefix("Private_Clean:") || $0.hasPrefix("Private_Dirty:") }
      .compactMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
      .compactMap { Double($0) }
      .reduce(0, +)
  }
}
