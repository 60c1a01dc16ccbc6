internal import CTandemShims
internal import Glibc

/// The words around a futex of another thread: 48 bytes before it and 16 from it on.
///
/// A futex is one word of something larger, which its neighbours reveal.
package struct FutexMemory: Sendable {
  // The words from the futex on come first: they are there even when those before it aren't mapped.
  private var words: InlineArray<16, UInt32>
  /// Whether the 48 bytes before the futex could be read as well.
  package let hasBefore: Bool

  /// How many bytes before the futex are read.
  package static let bytesBefore = 48
  /// How many bytes from the futex on are read.
  package static let bytesFrom = 16

  /// Makes up words, for tests.
  ///
  /// - Parameters:
  ///   - before: twelve words that end at the futex; none when they aren't there.
  ///   - from: four words, the futex first.
  package init?(before: [UInt32], from: [UInt32]) {
    guard from.count == 4, before.isEmpty || before.count == 12 else { return nil }
    words = InlineArray(repeating: 0)
    for (index, word) in (from + before).enumerated() { words[index] = word }
    hasBefore = !before.isEmpty
  }

  private init(words: InlineArray<16, UInt32>, hasBefore: Bool) {
    self.words = words
    self.hasBefore = hasBefore
  }

  /// A word by its place.
  ///
  /// - Parameter offset: bytes from the futex, a multiple of four from -48 to 12.
  /// - Returns: the word; nil when it wasn't read.
  package subscript(offset: Int) -> UInt32? {
    guard offset % 4 == 0, offset >= -Self.bytesBefore, offset < Self.bytesFrom else { return nil }
    if offset >= 0 { return words[offset / 4] }
    return hasBefore ? words[(Self.bytesFrom + Self.bytesBefore + offset) / 4] : nil
  }

  /// Two words as one number, the one at the lower address being the lower half.
  ///
  /// - Parameter offset: bytes from the futex, a multiple of four from -48 to 8.
  /// - Returns: the number; nil when it wasn't read.
  package func long(_ offset: Int) -> UInt64? {
    guard let low = self[offset], let high = self[offset + 4] else { return nil }
    return UInt64(high) << 32 | UInt64(low)
  }

  /// Reads the words (process_vm_readv(2)); the other thread isn't stopped, so they may never have
  /// been there together.
  ///
  /// - Parameters:
  ///   - address: where the futex is.
  ///   - tid: a thread whose memory it is.
  /// - Returns: the words.
  /// - Throws: the error number: `EPERM` when ptrace(2) of the process isn't allowed, `EFAULT` when
  ///   nothing is mapped at the address, `ENOSYS` when the call is filtered or not in the kernel.
  package static func read(_ address: UInt64, of tid: CInt) throws(Errno) -> FutexMemory {
    guard address >= UInt64(bytesBefore), let address = UInt(exactly: address),
      address <= UInt.max - UInt(bytesFrom)
    else { throw .invalidArgument }
    var words = InlineArray<16, UInt32>(repeating: 0)
    var span = words.mutableSpan
    // SAFETY: the kernel writes at most the 64 bytes of `words`; the remote addresses are only numbers
    // to this process.
    let read = try Syscall.check {
      unsafe span.withUnsafeMutableBytes { bytes in
        var local = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        var remote = unsafe (
          iovec(iov_base: UnsafeMutableRawPointer(bitPattern: address), iov_len: bytesFrom),
          iovec(
            iov_base: UnsafeMutableRawPointer(bitPattern: address - UInt(bytesBefore)),
            iov_len: bytesBefore)
        )
        return unsafe withUnsafePointer(to: &local) { local in
          unsafe withUnsafePointer(to: &remote) { remote in
            tandem_system_call(
              CLong(SYS_process_vm_readv), CLong(tid), CLong(Int(bitPattern: local)), 1,
              CLong(Int(bitPattern: remote)), 2, 0)
          }
        }
      }
    }
    guard read >= bytesFrom else { throw .badMessage }
    return FutexMemory(words: words, hasBefore: read == bytesFrom + bytesBefore)
  }
}
