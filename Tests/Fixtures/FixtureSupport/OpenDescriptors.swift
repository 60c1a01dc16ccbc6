import Glibc

/// What descriptors this process has.
public enum OpenDescriptors {
  /// Their numbers, from the lowest on.
  public static var numbers: [Int] { names(in: "/proc/self/fd").compactMap { Int($0) }.sorted() }

  /// Each with what it leads to, without timers.
  ///
  /// The library makes none; Dispatch makes one, at a moment of its own, and keeps it for good.
  public static var held: [String] {
    numbers.map { "\($0) \(link("/proc/self/fd/\($0)"))" }.filter { !$0.hasSuffix("[timerfd]") }
  }
}

/// Where a symbolic link leads to; empty when it isn't one.
public func link(_ path: String) -> String {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = bytes.withUnsafeMutableBytes { buffer in
    buffer.baseAddress.map {
      readlink(path, $0.assumingMemoryBound(to: CChar.self), buffer.count)
    } ?? 0
  }
  return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}

/// The names in a folder; one of descriptors shows those that are open without this look at it.
public func names(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  let isOwn = ["/proc/self/fd", "/proc/\(getpid())/fd"].contains(folder)
  let own = isOwn ? "\(dirfd(directory))" : ""
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != "..", name != own { names.append(name) }
  }
  return names
}
