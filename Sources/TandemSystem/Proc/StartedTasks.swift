/// How many threads and processes were started on the whole machine.
package enum StartedTasks {
  /// Reads it.
  ///
  /// Source: proc_stat(5), `processes`. The kernel counts each fork(2) and clone(2), also of threads.
  ///
  /// - Returns: their number since the machine's start; nil when it can't be read.
  package static func read() -> Int? {
    guard let bytes = try? ProcFile.bytes("/proc/stat") else { return nil }
    return count(bytes)
  }

  /// Takes it from the file's text.
  ///
  /// - Parameter bytes: the text.
  /// - Returns: the number; nil when there is none.
  package static func count(_ bytes: some Collection<UInt8>) -> Int? {
    KeyedLines(bytes, separator: UInt8(ascii: " ")).count("processes")
  }
}
