/// A line of `/proc/PID/maps`: a region of a process's memory (proc_pid_maps(5)).
package struct MappedRegion: Sendable, Hashable {
  /// Its first address.
  package var start: UInt64
  /// The address behind its last.
  package var end: UInt64
  /// Whether its bytes may be executed (`PROT_EXEC`).
  package var isExecutable: Bool
  /// Whether all processes that map it see writes (`MAP_SHARED`).
  package var isShared: Bool
  /// Where in the file it begins, in bytes.
  package var offset: UInt64
  /// The file's device, as `major:minor`.
  package var device: String
  /// The file's inode; 0 for memory without a file.
  package var inode: UInt64
  /// The file's path, or what the kernel calls the region; may be empty.
  package var name: String

  /// Parses a line.
  ///
  /// - Parameter line: the line without its end.
  package init?(_ line: Span<UInt8>) {
    var position = 0
    guard let start = ASCIIScan.unsigned(line, at: &position, radix: 16),
      position < line.count, line[position] == UInt8(ascii: "-")
    else { return nil }
    position += 1
    guard position < line.count, line[position] > 0x20,
      let end = ASCIIScan.unsigned(line, at: &position, radix: 16), end > start,
      position + 5 < line.count, line[position] == 0x20
    else { return nil }
    // Four letters: r, w, x or dashes, then s or p.
    let sharing = line[position + 4]
    guard sharing == UInt8(ascii: "s") || sharing == UInt8(ascii: "p") else { return nil }
    isExecutable = line[position + 3] == UInt8(ascii: "x")
    position += 5
    guard let offset = ASCIIScan.unsigned(line, at: &position, radix: 16) else { return nil }
    ASCIIScan.skipBlanks(line, at: &position)
    var device: [UInt8] = []
    while position < line.count, line[position] > 0x20 {
      device.append(line[position])
      position += 1
    }
    guard let inode = ASCIIScan.unsigned(line, at: &position) else { return nil }
    ASCIIScan.skipBlanks(line, at: &position)
    var name: [UInt8] = []
    while position < line.count {
      name.append(line[position])
      position += 1
    }
    self.start = start
    self.end = end
    self.isShared = sharing == UInt8(ascii: "s")
    self.offset = offset
    self.device = String(decoding: device, as: UTF8.self)
    self.inode = inode
    self.name = String(decoding: name, as: UTF8.self)
  }

  /// Reads the regions of a process up to the first that matches.
  ///
  /// - Parameters:
  ///   - tid: a thread of the process.
  ///   - pid: the process.
  ///   - isWanted: whether a region is the one.
  /// - Returns: the first that is; nil when none is.
  /// - Throws: the error number of open(2) or read(2).
  package static func first(
    _ tid: CInt, of pid: CInt, where isWanted: (MappedRegion) -> Bool
  ) throws(Errno) -> MappedRegion? {
    let bytes = try ProcFile.bytes(ProcSubject.thread(tid, of: pid).path("maps"))
    var begin = 0
    for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
      if let region = MappedRegion(bytes.span.extracting(begin..<end)), isWanted(region) {
        return region
      }
      begin = end + 1
    }
    return nil
  }
}
