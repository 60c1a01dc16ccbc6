/// One mapping of a process's memory, from `/proc/PID/smaps` (proc_pid_smaps(5)).
package struct Smaps: Sendable, Hashable {
  /// The mapping's addresses.
  package var addresses: Range<UInt64>
  /// How much of it is where.
  package var memory: SmapsRollup

  /// Finds the mapping that holds an address.
  ///
  /// This is how a thread's resident stack is read from outside: glibc gives each thread's stack a
  /// mapping of its own with a guard page below, of which only touched pages are resident. A
  /// mapping with the same rights that happens to lie right above is merged with it by the kernel,
  /// so the figure is an upper bound; inside its own process a thread has `ThreadStackRange`.
  ///
  /// - Parameters:
  ///   - address: an address inside the mapping, such as a stack pointer.
  ///   - bytes: the file's text.
  /// - Returns: the mapping; nil when none holds the address, or its lines can't be read.
  package static func mapping(containing address: UInt64, in bytes: [UInt8]) -> Smaps? {
    var found: (addresses: Range<UInt64>, from: Int)?
    var lineStart = 0
    while lineStart < bytes.count {
      let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if let addresses = addresses(ofHeader: bytes[lineStart..<lineEnd]) {
        if let found {
          return Smaps(addresses: found.addresses, lines: bytes[found.from..<lineStart])
        }
        if addresses.contains(address) { found = (addresses, lineEnd) }
      }
      lineStart = lineEnd + 1
    }
    return found.flatMap { Smaps(addresses: $0.addresses, lines: bytes[$0.from...]) }
  }

  private init?(addresses: Range<UInt64>, lines: ArraySlice<UInt8>) {
    guard let memory = SmapsRollup(lines) else { return nil }
    self.addresses = addresses
    self.memory = memory
  }

  /// The addresses of a line such as `7f00-7f10 rw-p …`; nil for lines of figures.
  private static func addresses(ofHeader line: ArraySlice<UInt8>) -> Range<UInt64>? {
    let span = line.span
    var position = 0
    guard let start = ASCIIScan.unsigned(span, at: &position, radix: 16),
      position < span.count, span[position] == UInt8(ascii: "-")
    else { return nil }
    position += 1
    guard let end = ASCIIScan.unsigned(span, at: &position, radix: 16), start <= end
    else { return nil }
    return start..<end
  }

  /// Reads the file of a process and finds the mapping that holds an address.
  ///
  /// - Parameters:
  ///   - address: an address inside the mapping.
  ///   - subject: whose file.
  /// - Returns: the mapping; nil when none holds the address.
  /// - Throws: the error number of open(2) or read(2), `EACCES` for processes of other users.
  package static func mapping(
    containing address: UInt64, of subject: ProcSubject
  ) throws(Errno) -> Smaps? {
    mapping(containing: address, in: try ProcFile.bytes(subject.path("smaps")))
  }
}
