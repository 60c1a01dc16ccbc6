/// The System V semaphores that this process can see: `/proc/sysvipc/sem` (proc_sysvipc(5), sysvipc(7)).
package struct SystemVSemaphores: Sendable {
  /// The keys by the sets' numbers.
  private var keys: [Int32: Int32] = [:]

  /// Parses the file's text: a line of headings, then a line a set that begins with its key and its number.
  ///
  /// - Parameter text: the text.
  package init(_ text: String) {
    for line in text.split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      guard words.count >= 2, let key = Int32(words[0]), let number = Int32(words[1]) else {
        continue
      }
      keys[number] = key
    }
  }

  /// Reads the file.
  ///
  /// - Returns: the sets.
  /// - Throws: the error number of open(2) or read(2).
  package static func read() throws(Errno) -> SystemVSemaphores {
    SystemVSemaphores(try ProcFile.text("/proc/sysvipc/sem"))
  }

  /// Whether a set has a key by which any program can find it (semget(2)).
  ///
  /// - Parameter number: the set's number.
  /// - Returns: whether it has; nil when there is no such set.
  package func hasKey(_ number: Int32) -> Bool? { keys[number].map { $0 != 0 } }
}
