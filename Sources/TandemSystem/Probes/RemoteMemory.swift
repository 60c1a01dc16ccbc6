internal import CTandemShims
internal import Glibc

/// Another process's memory, read without stopping it (process_vm_readv(2)).
package enum RemoteMemory {
  /// Reads bytes at an address of another process.
  ///
  /// The other process runs on meanwhile, so what is read may never have been there at one instant.
  ///
  /// - Parameters:
  ///   - address: the first byte's address there.
  ///   - count: how many bytes.
  ///   - pid: the process.
  /// - Returns: the bytes; fewer than `count` when the memory behind them isn't mapped there.
  /// - Throws: the error number: `EPERM` when ptrace(2) of the process isn't allowed, `EFAULT` when
  ///   nothing is mapped at the address, `ENOSYS` when the call is filtered or not in the kernel.
  package static func read(
    _ address: UInt, count: Int, of pid: CInt
  ) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: the kernel writes at most `count` bytes into `bytes`; the remote address is only a
    // number to this process.
    let read = try Syscall.check {
      unsafe bytes.withUnsafeMutableBytes { buffer in
        var local = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
        var remote = unsafe iovec(
          iov_base: UnsafeMutableRawPointer(bitPattern: address), iov_len: buffer.count)
        return unsafe withUnsafePointer(to: &local) { local in
          unsafe withUnsafePointer(to: &remote) { remote in
            tandem_system_call(
              CLong(SYS_process_vm_readv), CLong(pid), CLong(Int(bitPattern: local)), 1,
              CLong(Int(bitPattern: remote)), 1, 0)
          }
        }
      }
    }
    bytes.removeLast(count - read)
    return bytes
  }

  /// A range of words in another process's memory.
  package struct Piece: Sendable, Hashable {
    /// The first word's address there.
    package var address: UInt64
    /// How many words of 8 bytes.
    package var words: Int

    /// Makes a piece.
    ///
    /// - Parameters:
    ///   - address: the first word's address there.
    ///   - words: how many words of 8 bytes.
    package init(_ address: UInt64, words: Int = 1) {
      self.address = address
      self.words = words
    }
  }

  /// The most pieces that one call takes.
  ///
  /// What is below 1 KiB of iovec can lie on the stack; the kernel would take 1,024.
  package static let mostPieces = 48

  /// Reads words from several places of another process in one call.
  ///
  /// Nothing is allocated. The other process runs on meanwhile, so what is read may never have been
  /// there at one instant. Words are in this machine's byte order.
  ///
  /// - Parameters:
  ///   - pieces: what to read, at most ``mostPieces``; an address of 0 is never mapped.
  ///   - pid: the process.
  ///   - words: gets the pieces' words, one piece after the other.
  ///   - start: where the first of them goes.
  /// - Returns: how many words were read; they end where something isn't mapped.
  /// - Throws: the error number: `EPERM` when ptrace(2) of the process isn't allowed, `EFAULT` when
  ///   not even the first piece is mapped, `ESRCH` when there is no such process, `ENOSYS` when the
  ///   call is filtered or not in the kernel, `EINVAL` for more pieces than one call takes or more
  ///   words than there is room for.
  package static func read(
    _ pieces: Span<Piece>, of pid: CInt, into words: inout [UInt64], from start: Int = 0
  ) throws(Errno) -> Int {
    var total = 0
    for index in pieces.indices { total += max(0, pieces[index].words) }
    guard pieces.count <= mostPieces, words.indices.contains(start), total <= words.count - start
    else { throw .invalidArgument }
    guard total > 0 else { return 0 }
    // SAFETY: the kernel writes at most `total` words into `words`, which has room for them behind
    // `start`; the remote addresses are only numbers to this process.
    let read = try Syscall.check {
      unsafe words.withUnsafeMutableBufferPointer { room in
        var local = unsafe iovec(
          iov_base: room.baseAddress.map { unsafe $0 + start }, iov_len: total * 8)
        return unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: mostPieces) {
          remote in
          for index in pieces.indices {
            unsafe remote.initializeElement(
              at: index,
              to: iovec(
                iov_base: UnsafeMutableRawPointer(bitPattern: UInt(pieces[index].address)),
                iov_len: max(0, pieces[index].words) * 8))
          }
          return unsafe withUnsafePointer(to: &local) { local in
            tandem_system_call(
              CLong(SYS_process_vm_readv), CLong(pid), CLong(Int(bitPattern: local)), 1,
              CLong(Int(bitPattern: remote.baseAddress)), CLong(pieces.count), 0)
          }
        }
      }
    }
    return read / 8
  }

  /// Tries to read an own child: writes a word, forks, and reads the child's copy.
  ///
  /// - Returns: whether what was read is what the child has.
  /// - Throws: the error number of the reading, or of making the child.
  package static func readsOwnChild() throws(Errno) -> Bool {
    // SAFETY: one word of heap memory, initialised before it is read, freed at the end.
    let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    unsafe word.initialize(to: .random(in: 1...UInt64.max))
    defer { unsafe word.deallocate() }
    let child = try IdleChild.fork()
    let bytes = try read(UInt(bitPattern: word), count: 8, of: child.pid)
    return unsafe withUnsafeBytes(of: word.pointee) { unsafe $0.elementsEqual(bytes) }
  }
}
