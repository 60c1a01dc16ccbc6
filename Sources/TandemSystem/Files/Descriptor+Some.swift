extension Descriptor {
  /// Reads once (read(2)).
  ///
  /// - Parameter limit: the most bytes to read.
  /// - Returns: the bytes that were there; none at the end.
  /// - Throws: `tryAgain` on a descriptor that never waits, or the error number of read(2).
  package func readSome(limit: Int) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(Errno) {
        // SAFETY: the first `count` bytes are written by read.
        count = unsafe try read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
