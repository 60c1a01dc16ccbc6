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
    return parse(try Descriptor.open(path).readAll())
  }

  /// Reads the text of a maps file; lines that it doesn't understand are passed over.
  ///
  /// - Parameter text: the whole file.
  /// - Returns: a file each, in order of address.
  package static func parse(_ text: String) -> [MappedFile] {
    parse(Array(text.utf8))
  }

  /// Reads the bytes of a maps file; lines that it doesn't understand are passed over.
  ///
  /// A process may have thousands of lines, of which few are files, so texts are made only of those.
  ///
  /// - Parameter bytes: the whole file.
  /// - Returns: a file each, in order of address.
  package static func parse(_ bytes: [UInt8]) -> [MappedFile] {
    var result: [MappedFile] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if let file = MappedFile(line: line) { result.append(file) }
    }
    return result
  }

  /// Reads `start-end rights offset device inode path`.
  private init?(line: ArraySlice<UInt8>) {
    let span = line.span
    var position = 0
    // Whether the field ended here; the next one begins behind the blanks.
    func isBetweenFields() -> Bool { position < span.count && span[position] == 0x20 }
    func word() -> Range<Int> {
      ASCIIScan.skipBlanks(span, at: &position)
      let start = position
      while position < span.count, span[position] != 0x20 { position += 1 }
      return start..<position
    }
    guard let start = ASCIIScan.unsigned(span, at: &position, radix: 16),
      position < span.count, span[position] == UInt8(ascii: "-")
    else { return nil }
    _ = word()
    _ = word()
    guard ASCIIScan.unsigned(span, at: &position, radix: 16) == 0, isBetweenFields() else {
      return nil
    }
    let device = word()
    guard let inode = ASCIIScan.unsigned(span, at: &position), inode != 0, isBetweenFields()
    else { return nil }
    ASCIIScan.skipBlanks(span, at: &position)
    guard position < span.count else { return nil }
    let first = line.startIndex
    path = String(decoding: line[(first + position)...], as: UTF8.self)
    base = UInt(start)
    identity = Identity(
      device: String(
        decoding: line[first + device.lowerBound..<first + device.upperBound], as: UTF8.self),
      inode: inode)
  }
}
