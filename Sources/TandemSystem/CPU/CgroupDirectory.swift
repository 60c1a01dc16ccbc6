/// The two versions of the kernel's control groups (cgroups(7)).
package enum CgroupVersion: Int, Sendable, Hashable {
  /// A hierarchy for each controller or few of them.
  case v1 = 1
  /// One hierarchy for all.
  case v2 = 2
}

/// A folder that stands for a cgroup.
package struct CgroupDirectory: Sendable, Hashable {
  /// The folder's path.
  package var path: String
  /// Whether the cgroup is of version 1 or 2.
  package var version: CgroupVersion

  /// The folders of a process's cgroup and of all above it up to the mount points.
  ///
  /// A controller is in version 1 or in version 2, and a machine may use both at once; both are
  /// read, and a folder without the controller's files is skipped.
  ///
  /// Inside a container the mount may show only a part of the hierarchy: its root is then what
  /// stands for the mount point, and the path from `/proc/PID/cgroup` is taken relative to it. When
  /// the two don't match (another cgroup namespace mounted it), only the mount point is sure to be
  /// at or above the process, and it alone is given.
  ///
  /// - Parameters:
  ///   - controller: the controller's name, such as `cpu`.
  ///   - subject: whose cgroup.
  ///   - root: the folder that holds `proc` and the mount points; another one than `/` is for tests.
  /// - Returns: the folders, the process's own first, none twice; they need not exist.
  package static func ownAndAbove(
    controller: String, of subject: ProcSubject = .ownProcess, root: String = "/"
  ) -> [CgroupDirectory] {
    guard let cgroups = try? ProcFile.text(FilePathText.join(root, subject.path("cgroup"))),
      let mountTable = try? ProcFile.text(FilePathText.join(root, "/proc/self/mountinfo"))
    else { return [] }
    let mounts = MountInfo.parse(mountTable)
    var result: [CgroupDirectory] = []
    for cgroup in CgroupPath.parse(cgroups) {
      let version: CgroupVersion
      let candidates: [MountInfo]
      if cgroup.isUnified {
        version = .v2
        candidates = mounts.filter { $0.fileSystem == "cgroup2" }
      } else if cgroup.controllers.contains(controller) {
        version = .v1
        candidates = mounts.filter {
          $0.fileSystem == "cgroup" && $0.superOptions.contains(controller)
        }
      } else {
        continue
      }
      for path in folders(of: cgroup.path, mounts: candidates) {
        let directory = CgroupDirectory(path: FilePathText.join(root, path), version: version)
        if !result.contains(directory) { result.append(directory) }
      }
    }
    return result
  }

  /// The folders of a cgroup and of those above it, under every mount that shows them.
  private static func folders(of path: String, mounts: [MountInfo]) -> [String] {
    let shown = mounts.compactMap { mount in
      FilePathText.relative(path, to: mount.root).map { (mount.mountPoint, $0) }
    }
    guard !shown.isEmpty else { return mounts.map(\.mountPoint) }
    return shown.flatMap { mountPoint, components in
      (0...components.count).reversed().map { depth in
        components.prefix(depth).reduce(mountPoint) { FilePathText.join($0, $1) }
      }
    }
  }
}

/// Paths as text: what little of it is needed here.
enum FilePathText {
  /// Joins two parts with one slash between them.
  static func join(_ folder: String, _ rest: String) -> String {
    (folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
      + (rest.hasPrefix("/") ? rest : "/" + rest)
  }

  /// The components that lead from `base` to `path`.
  ///
  /// - Returns: none when they are the same; nil when `path` isn't at or below `base`, or when either
  ///   leads out of the namespace's root by `..`.
  static func relative(_ path: String, to base: String) -> [String]? {
    let path = path.split(separator: "/").map(String.init)
    let base = base.split(separator: "/").map(String.init)
    guard !path.contains(".."), !base.contains(".."), path.starts(with: base) else { return nil }
    return Array(path.dropFirst(base.count))
  }
}
