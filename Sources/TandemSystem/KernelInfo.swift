internal import Glibc

/// What the kernel says of itself (uname(2)).
package struct KernelInfo: Sendable, Hashable {
  /// Its release, such as `6.1.0-18-amd64`.
  package var release: String
  /// The machine's architecture, such as `x86_64`.
  package var machine: String

  /// Makes a value.
  package init(release: String, machine: String) {
    self.release = release
    self.machine = machine
  }

  /// Asks the kernel.
  ///
  /// - Returns: what it said.
  package static func current() -> KernelInfo {
    var name = utsname()
    // SAFETY: uname fills the fields with NUL-terminated strings; it fails only for a bad address.
    unsafe uname(&name)
    return KernelInfo(release: text(name.release), machine: text(name.machine))
  }

  /// The text in a fixed array of characters, which Swift sees as a tuple.
  private static func text<Characters>(_ characters: Characters) -> String {
    // SAFETY: the bytes of a tuple of CChar are the characters; they are read only up to the NUL.
    unsafe withUnsafeBytes(of: characters) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
