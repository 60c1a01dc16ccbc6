import Glibc

/// Small files of the kernel's.
enum SmallFile {
  /// A whole file; nil when it can't be read.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &part, part.count)
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += part[..<count]
    }
  }

  /// Replaces what a file holds.
  static func write(_ text: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }

  /// The names in a directory.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

/// Private memory of a process: its pages that nobody else has, which ending it would free.
enum PrivateMemory {
  /// Private pages of a process, in KiB; nil when it is gone.
  ///
  /// The sum of `Private_Clean` and `Private_Dirty` in /proc/PID/smaps_rollup (proc(5)).
  static func kib(of process: Int32) -> Double? {
    SmallFile.text("/proc/\(process)/smaps_rollup").map { text in
      text.split(separator: "\n")
        .filter { $0.hasPrefix("Private_Clean:") || $0.hasPrefix("Private_Dirty:") }
        .compactMap { $0.split(separator: " ").dropFirst().first }
        .compactMap { Double($0) }
        .reduce(0, +)
    }
  }
}

/// The processes below a process.
enum ProcessTree {
  /// All of them, from /proc/PID/task/TID/children (proc(5)).
  static func descendants(of process: Int32) -> [Int32] {
    let threads = "/proc/\(process)/task"
    let children = SmallFile.names(in: threads).flatMap { name in
      (SmallFile.text("\(threads)/\(name)/children") ?? "").split(separator: " ")
        .compactMap { Int32($0) }
    }
    return children + children.flatMap { descendants(of: $0) }
  }
}
