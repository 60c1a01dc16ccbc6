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
