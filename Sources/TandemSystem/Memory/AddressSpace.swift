internal import Glibc

/// Whether memory can be had, without taking any.
package enum AddressSpace {
  /// Checks that as much could be allocated now, by the rules of this system (mmap(2); overcommit in
  /// proc_sys_vm(5)) and the program's limit (`RLIMIT_AS`).
  ///
  /// Nothing of it is touched, and it is given back at once.
  ///
  /// - Parameter byteCount: how much, at least 1.
  /// - Throws: `ENOMEM`.
  package static func check(_ byteCount: Int) throws(Errno) {
    let flags = CInt(MAP_PRIVATE) | CInt(MAP_ANONYMOUS)
    // SAFETY: a fresh mapping at an address that the kernel chooses overlaps nothing.
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { throw .outOfMemory }
    // SAFETY: the mapping made above, which nobody has used.
    _ = unsafe munmap(address, byteCount)
  }
}
