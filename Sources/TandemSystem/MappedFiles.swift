/// A file that a process has mapped, from `/proc/PID/maps` (proc_pid_maps(5)).
package struct MappedFile: Sendable, Hashable, Codable {
  /// The file's path, as the kernel shows it.
  package var path: String
  /// Where its first byte is mapped: the load base of an image whose first segment begins at 0.
  package var base: UInt
  /// Which file it is, whatever its name is now: device and inode.
  package var identity: Identity

  /// The path without what the kernel adds to it when the file was removed or replaced.
  package var name: String {
    let mark = " (deleted)"
    return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
  }

  /// A file's device and inode.
  package struct Identity: Sendable, Hashable, Codable {
    /// The device, as `major:minor`.
    package var device: String
    /// The inode's number.
    package var inode: UInt64

    /// Makes an identity.
    ///
    /// - Parameters:
    ///   - device: the device, as `major:minor`.
    ///   - inode: the inode's number.
    package init(device: String, inode: UInt64) {
      self.device = device
      self.inode = inode
    }
  }

  /// The files that a process has mapped from their first byte on.
  ///
  /// - Parameter pid: the process; nil for this one.
  /// - Returns: a file each, in order of address.
  /// - Throws: the error number of reading `/proc/PID/maps`.
  package static func all(of pid: Int32? = nil) throws(Errno) -> [MappedFile] {
    let path = "/proc/\(pid.map { String($0) } ?? "self")/maps"
    return parse(String(decoding: try Descriptor.open(path).readAll(), as: UTF8.self))
  }

  /// Reads the text of a maps file; lines that it doesn't understand are passed over.
  ///
  /// - Parameter text: the whole file.
  /// - Returns: a file each, in order of address.
  package static func parse(_ text: String) -> [MappedFile] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard fields.count == 6, let offset = UInt64(fields[2], radix: 16), offset == 0,
        let start = fields[0].firstIndex(of: "-").flatMap({ UInt(fields[0][..<$0], radix: 16) }),
        let inode = UInt64(fields[4]), inode != 0
      else { return nil }
      let path = fields[5].drop { $0 == " " }
      return MappedFile(
        path: String(path), base: start,
        identity: Identity(device: String(fields[3]), inode: inode))
    }
  }
}
