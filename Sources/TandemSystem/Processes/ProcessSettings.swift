internal import CTandemShims
internal import Glibc

/// What a process hands on to a worker at the moment of its start.
package enum ProcessSettings {
  /// The environment as bytes: `NAME=value`, NUL-terminated, one after the other.
  ///
  /// - Parameter hidden: names that are left out, each with its `=`.
  /// - Returns: the bytes.
  package static func environmentBytes(without hidden: [String]) -> [UInt8] {
    var result: [UInt8] = []
    // SAFETY: as in `environment`.
    guard var cursor = unsafe tandem_environ() else { return [] }
    while let entry = unsafe cursor.pointee {
      if !hidden.contains(where: { unsafe strncmp(entry, $0, $0.utf8.count) == 0 }) {
        unsafe result.append(
          contentsOf: UnsafeRawBufferPointer(start: entry, count: strlen(entry) + 1))
      }
      unsafe cursor += 1
    }
    return result
  }

  /// The environment, `NAME=value` each, as bytes: names and values need not be text.
  ///
  /// - Returns: the variables, without the NUL at their ends.
  package static func environment() -> [[UInt8]] {
    var result: [[UInt8]] = []
    // SAFETY: environ is a NULL-terminated array of strings. A setenv(3) in another thread while it
    // is read is a race that the C library declares the program's own fault (environ(7)).
    guard var cursor = unsafe tandem_environ() else { return [] }
    while let entry = unsafe cursor.pointee {
      unsafe result.append(
        Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
      unsafe cursor += 1
    }
    return result
  }

  /// The permissions that new files don't get (umask(2)).
  ///
  /// Read from `/proc/self/status` (proc(5)): umask(2) itself can only be read by changing it for
  /// every thread. Where `/proc` has no such line, the usual 022.
  ///
  /// - Returns: the mask.
  package static func fileModeMask() -> UInt32 {
    guard let file = try? Descriptor.open("/proc/self/status"),
      let bytes = try? file.readAll(limit: 4096)
    else { return 0o022 }
    // The third line or so: not worth splitting the rest.
    let label = Array("\nUmask:\t".utf8)
    guard bytes.count > label.count else { return 0o022 }
    for start in 0...(bytes.count - label.count) where bytes[start] == label[0] {
      guard bytes[start..<start + label.count].elementsEqual(label) else { continue }
      return bytes[(start + label.count)...].prefix { $0 >= 0x30 && $0 < 0x38 }
        .reduce(0) { $0 << 3 | UInt32($1 - 0x30) }
    }
    return 0o022
  }

  /// The arguments that this process was started with (proc(5), `/proc/PID/cmdline`).
  ///
  /// - Returns: the arguments, NUL-terminated one after the other.
  package static func argumentBytes() -> [UInt8] {
    guard let file = try? Descriptor.open("/proc/self/cmdline"),
      let bytes = try? file.readAll(), !bytes.isEmpty
    else { return Array("worker".utf8) + [0] }
    return bytes.last == 0 ? bytes : bytes + [0]
  }
}

extension ProcessSettings {
  /// The value of an environment variable (getenv(3)).
  ///
  /// - Parameter name: the variable's name.
  /// - Returns: its value; nil when it isn't set.
  package static func variable(_ name: String) -> String? {
    // SAFETY: the string is copied at once.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
