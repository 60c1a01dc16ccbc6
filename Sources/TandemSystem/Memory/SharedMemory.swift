internal import CTandemShims
internal import Glibc
internal import Synchronization

/// Anonymous memory that processes share by passing its descriptor (memfd_create(2)).
///
/// It has no name, so nothing can be left behind; its pages are reserved when it is made, so that a
/// full memory is an error here and not a SIGBUS at the first touch.
@safe package struct SharedMemory: ~Copyable, @unchecked Sendable {
  // SAFETY (@unchecked): the address is only handed out; its users state how they synchronise.

  /// The descriptor to pass on; nil once it has been closed.
  private let descriptor: Mutex<Descriptor?>
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
    self.descriptor = Mutex(descriptor)
    unsafe self.base = address
    self.byteCount = byteCount
  }

  /// Makes a memory file with some content, which is not mapped here.
  ///
  /// - Parameters:
  ///   - name: what `/proc/PID/maps` shows for it.
  ///   - bytes: the content, at least one byte.
  /// - Returns: its descriptor.
  /// - Throws: the error number of memfd_create(2), fallocate(2) or write(2).
  static func filled(
    name: String, with bytes: UnsafeRawBufferPointer
  ) throws(Errno) -> Descriptor {
    // SAFETY: the name is a NUL-terminated string that lives as long as the call.
    let descriptor = Descriptor(
      owning: try Syscall.check { unsafe tandem_memfd_create(name) })
    let number = descriptor.rawValue
    // Written with pwrite(2), not through a mapping: a seal needs that there be none, and pages that
    // are written whole are neither faulted in nor cleared first.
    var done = 0
    while done < bytes.count {
      let start = done
      // SAFETY: pwrite reads the rest of the bytes.
      done += try Syscall.check {
        unsafe pwrite(
          number, unsafe bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start,
          off_t(start))
      }
    }
    return descriptor
  }

  /// Maps memory that another process made.
  ///
  /// - Parameters:
  ///   - descriptor: its descriptor.
  ///   - byteCount: how much of it to map; the file must be that large.
  ///   - isWritable: whether it is mapped for writing too.
  /// - Throws: `EINVAL` for a file that is smaller, or the error number of mmap(2).
  package init(
    receiving descriptor: consuming Descriptor, byteCount: Int, isWritable: Bool
  ) throws(Errno) {
    let number = descriptor.rawValue
    var status = stat()
    // SAFETY: one record is written.
    try Syscall.check { unsafe fstat(number, &status) }
    // A page beyond the file's end would be a SIGBUS at the first touch.
    guard byteCount > 0, Int(status.st_size) >= byteCount else { throw .invalidArgument }
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    // All of it will be read: its pages are mapped together rather than one fault at a time.
    let flags = MAP_SHARED | (isWritable ? 0 : MAP_POPULATE)
    // SAFETY: a fresh mapping at an address that the kernel chooses overlaps nothing.
    let address = unsafe mmap(nil, byteCount, protection, flags, number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .outOfMemory
    }
    self.descriptor = Mutex(descriptor)
    unsafe self.base = address
    self.byteCount = byteCount
  }

  /// The number of the descriptor to pass on; nil once it has been closed.
  package var descriptorNumber: CInt? { descriptor.withLock { $0?.rawValue } }

  /// Closes the descriptor once every process that needs one has it; the mapping stays.
  package func closeDescriptor() {
    descriptor.withLock { $0 = nil }
  }

  /// Gives memory back that won't be read again (madvise(2), MADV_REMOVE); it reads as zeros.
  ///
  /// - Parameter range: offsets; only whole pages inside it are given back.
  package func giveBack(_ range: Range<Int>) {
    let page = sysconf(CInt(_SC_PAGESIZE))
    let start = (range.lowerBound + page - 1) / page * page
    let end = min(range.upperBound, byteCount) / page * page
    guard start < end else { return }
    // SAFETY: the range lies in the mapping. Where the call isn't possible nothing changes.
    _ = unsafe madvise(base + start, end - start, CInt(MADV_REMOVE))
  }

  deinit {
    // SAFETY: paired with mmap in `init`; the owner is gone, so the mapping is no longer read.
    _ = unsafe munmap(base, byteCount)
  }
}
