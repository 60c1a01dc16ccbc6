internal import TandemModel
internal import TandemSystem

extension WaitReader {
  /// A thread that seems to wait for a page of memory, looked at once more: between two looks it may have
  /// made a call.
  func pageWait(_ tid: CInt, of pid: CInt) throws(Errno) -> WaitReading {
    guard case .outsideCall = try ProcSyscall.read(tid, of: pid) else { return .running }
    let function = (try? ProcThread.kernelFunction(tid, of: pid)) ?? ""
    return .waiting(Wait(Self.isForPage(function) ? .io : .other))
  }

  /// Whether a wait for memory is for a page from a disk, or a file on one, rather than for the lock of the
  /// process's memory, which threads that map, unmap and touch memory share.
  ///
  /// - Parameter function: the kernel's function that waits; empty where it isn't known.
  /// - Returns: whether it is for a page.
  package static func isForPage(_ function: String) -> Bool {
    !["user_addr_fault", "page_fault", "mm_and_find_vma", "rwsem"].contains {
      function.contains($0)
    }
  }
}
