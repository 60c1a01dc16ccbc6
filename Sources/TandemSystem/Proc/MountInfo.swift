/// One mount, from a line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
package struct MountInfo: Sendable, Hashable {
  /// The folder of the file system that is mounted, often `/`.
  package var root: String
  /// Where it is mounted, as the process sees it.
  package var mountPoint: String
  /// The kind of file system, such as `cgroup2`.
  package var fileSystem: String
  /// The file system's own options; for cgroup version 1, its controllers are among them.
  package var superOptions: [String]

  /// Parses one line.
  ///
  /// - Parameter line: the line, without its end.
  package init?(line: Substring) {
    // Split as bytes: a Swift character may join a separator with what follows it.
    let fields = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { Substring($0) }
    // Six fixed fields, any number of optional ones, a dash, three more.
    guard fields.count >= 10,
      let dash = fields[6...].firstIndex(of: "-"), fields.count >= dash + 4
    else { return nil }
    self.root = Self.unescaped(fields[3])
    self.mountPoint = Self.unescaped(fields[4])
    self.fileSystem = String(fields[dash + 1])
    self.superOptions = fields[dash + 3].split(separator: ",").map(String.init)
  }

  /// Parses the file's text; lines that it can't read are left out.
  ///
  /// - Parameter text: the text.
  /// - Returns: the mounts in the file's order; a later one hides an earlier one at the same place.
  package static func parse(_ text: String) -> [MountInfo] {
    text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { MountInfo(line: Substring($0)) }
  }

  /// Undoes the kernel's `\040`: three octal digits for blanks, line ends and backslashes.
  private static func unescaped(_ field: Substring) -> String {
    guard field.utf8.contains(UInt8(ascii: "\\")) else { return String(field) }
    var bytes: [UInt8] = []
    var rest = field.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
