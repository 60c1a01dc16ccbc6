internal import CTandemShims
internal import Glibc

/// Anonymous memory that processes share by passing its descriptor (memfd_create(2)).
///
/// It has no name, so nothing can be left behind; its pages are reserved when it is made, so that a
/// full memory is an error here and not a SIGBUS at the first touch.
@safe package struct SharedMemory: ~Copyable, @unchecked Sendable {
  // SAFETY (@unchecked): the address is only handed out; whoever uses it says how it is synchronised.

  /// The descriptor to pass on.
  package let descriptor: Descriptor
  /// Where it is mapped here.
  package let base: UnsafeMutableRawPointer
  /// Its size in bytes.
  package let byteCount: Int

  /// Makes memory filled with zeros, mapped for reading and writing.
  ///
  /// - Parameters:
  ///   - name: what `/proc/PID/maps` shows for it.
  ///   - byteCount: its size, at least 1.
  /// - Throws: `ENOMEM`, `ENOSPC`, `EMFILE`: the error number of memfd_create(2), fallocate(2) or mmap(2).
  package init(name: String, byteCount: Int) throws(Errno) {
    // SAFETY: the name is a NUL-terminated string that lives as long as the call.
    let descriptor = Descriptor(
      owning: try Syscall.check { unsafe tandem_memfd_create(name) })
    let number = descriptor.rawValue
    let error = posix_fallocate(number, 0, off_t(byteCount))
    guard error == 0 else { throw Errno(rawValue: error) }
    // SAFETY: a fresh mapping at an address that the kernel chooses overlaps nothing.
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .outOfMemory
    }
    self.descriptor = descriptor
    unsafe self.base = address
    self.byteCount = byteCount
  }

  deinit {
    // SAFETY: paired with mmap in `init`; the owner is gone, so nobody reads the mapping.
    _ = unsafe munmap(base, byteCount)
  }
}
