internal import CTandemShims

/// Memory for one large message: written once, then unchangeable for every process (memfd_create(2),
/// F_SEAL_WRITE), so that a receiver may read it in place although it doesn't trust the sender.
package enum SealedMemory {
  /// Copies bytes into new memory and seals it.
  ///
  /// - Parameter bytes: at least one.
  /// - Returns: the memory, which is not mapped here.
  /// - Throws: `ENOMEM`, `ENOSPC`, `EMFILE` and others of memfd_create(2), fallocate(2) and mmap(2).
  package static func make(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Descriptor {
    // SAFETY: the caller lends the bytes for the call.
    let descriptor = try unsafe SharedMemory.filled(name: "tandem-payload", with: bytes)
    let number = descriptor.rawValue
    try Syscall.check { tandem_seal_memory(number) }
    return descriptor
  }

  /// Whether a memory file can no longer be changed.
  ///
  /// - Parameter descriptor: the file.
  /// - Returns: whether it is sealed.
  package static func isSealed(_ descriptor: CInt) -> Bool {
    tandem_memory_is_sealed(descriptor) != 0
  }
}
