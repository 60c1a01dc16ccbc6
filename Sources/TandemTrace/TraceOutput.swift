import Glibc
import TandemSystem

/// Where a trace is written, up to the first failure.
struct TraceOutput: ~Copyable {
  /// So many bytes are gathered for one write.
  static let bufferBytes = 65_536

  private let file: Descriptor
  /// The first failure; nil without one.
  private(set) var failure: Errno?
  /// Whether the file was emptied.
  private(set) var hasBegun = false

  /// Makes an output.
  ///
  /// - Parameter file: the file.
  init(_ file: consuming Descriptor) { self.file = file }

  /// Empties the file.
  mutating func begin() {
    // Fails for pipes, which have no old content.
    _ = ftruncate(file.rawValue, 0)
    hasBegun = true
  }

  /// Writes bytes, unless writing has failed before.
  mutating func write(_ bytes: [UInt8]) {
    guard failure == nil, !bytes.isEmpty else { return }
    do throws(Errno) { try file.writeAll(bytes) } catch { failure = error }
  }
}
