/// The cgroup of a process in one hierarchy, from a line of `/proc/PID/cgroup` (cgroups(7)).
package struct CgroupPath: Sendable, Hashable {
  /// The hierarchy's number; 0 for version 2.
  package var hierarchy: Int
  /// The controllers of a version 1 hierarchy, such as `cpu` and `cpuacct`; none for version 2.
  package var controllers: [String]
  /// The cgroup's path inside its hierarchy, seen from the process's cgroup namespace.
  package var path: String

  /// Whether this is the one hierarchy of version 2.
  package var isUnified: Bool { hierarchy == 0 && controllers.isEmpty }

  /// Parses one line, `number:controllers:path`; the path may hold colons.
  ///
  /// - Parameter line: the line, without its end.
  package init?(line: Substring) {
    // Split as bytes: a Swift character may join a separator with what follows it.
    let fields = line.utf8.split(
      separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false
    ).map { Substring($0) }
    guard fields.count == 3, let hierarchy = Int(fields[0]), hierarchy >= 0,
      fields[2].utf8.first == UInt8(ascii: "/")
    else { return nil }
    self.hierarchy = hierarchy
    self.controllers = fields[1].split(separator: ",").map(String.init)
    self.path = String(fields[2])
  }

  /// Parses the file's text; lines that it can't read are left out.
  ///
  /// - Parameter text: the text.
  /// - Returns: one value a hierarchy.
  package static func parse(_ text: String) -> [CgroupPath] {
    text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { CgroupPath(line: Substring($0)) }
  }
}
