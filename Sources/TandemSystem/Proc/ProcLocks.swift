/// The locks on files of the whole machine, from `/proc/locks` (proc_locks(5)).
package enum ProcLocks {
  /// A lock that somebody holds.
  package struct Held: Sendable, Hashable {
    /// The process that has it; nil for an open file description's, which may be several processes'.
    package var pid: Int32?
    /// The file's inode.
    package var inode: UInt64
  }

  /// Reads who holds locks on a file.
  ///
  /// - Parameter inode: the file's inode.
  /// - Returns: the locks that are held, not those that are waited for.
  /// - Throws: the error number of open(2) or read(2).
  package static func held(on inode: UInt64) throws(Errno) -> [Held] {
    parse(try ProcFile.bytes("/proc/locks")).filter { $0.inode == inode }
  }

  /// Parses the file's text: `1: POSIX  ADVISORY  WRITE 708 00:14:709 0 EOF`; a line of one that waits has
  /// `->` behind its number.
  ///
  /// - Parameter bytes: the text.
  /// - Returns: the locks that are held.
  package static func parse(_ bytes: some Collection<UInt8>) -> [Held] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count >= 6, fields[1].first != UInt8(ascii: "-"),
        let number = Int32(String(decoding: fields[4], as: UTF8.self)),
        let inode = fields[5].split(separator: UInt8(ascii: ":")).last.flatMap({
          UInt64(String(decoding: $0, as: UTF8.self))
        })
      else { return nil }
      return Held(pid: number > 0 ? number : nil, inode: inode)
    }
  }
}
