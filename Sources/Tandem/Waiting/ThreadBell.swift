internal import TandemWire

/// A bell of this process alone.
@safe final class ThreadBell: @unchecked Sendable {
  // SAFETY (@unchecked): the bell's words are only touched through atomic operations.
  private let memory: UnsafeMutableRawPointer
  let bell: Doorbell

  init() {
    // SAFETY: released in `deinit`; zeros are a bell that nobody waits at.
    unsafe memory = .allocate(byteCount: Doorbell.byteCount, alignment: Doorbell.byteCount)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Doorbell.byteCount)
    bell = unsafe Doorbell(at: memory)
  }

  deinit {
    // SAFETY: pairs with the allocation in `init`; nobody waits at an object without references.
    unsafe memory.deallocate()
  }
}
