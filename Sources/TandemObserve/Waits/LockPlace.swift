package import TandemModel
internal import TandemSystem

/// A lock that a thread waits for, as it was seen there.
package struct WaitedLock: Sendable, Hashable {
  /// Which lock it is, the same for all that wait for it.
  package var key: WaitKey
  /// What it is.
  package var kind: ObservedLock.Kind
  /// The process that was seen waiting.
  package var pid: Int32
  /// Its address there; nil for one that isn't in memory.
  package var address: UInt64?

  /// Makes a value.
  ///
  /// - Parameters:
  ///   - key: which lock it is.
  ///   - kind: what it is.
  ///   - pid: the process that was seen waiting.
  ///   - address: its address there; nil for one that isn't in memory.
  package init(key: WaitKey, kind: ObservedLock.Kind, pid: Int32, address: UInt64? = nil) {
    self.key = key
    self.kind = kind
    self.pid = pid
    self.address = address
  }
}

/// What threads wait for together: the same for all of them, in whatever process they are.
package enum WaitKey: Hashable, Sendable {
  /// A word of one process's memory.
  case word(UInt64, of: CInt)
  /// A word in a file or memory that processes share: device, inode, place.
  case shared(String, inode: UInt64, offset: UInt64)
  /// A set of System V semaphores.
  case systemV(UInt64)
  /// A file, by its inode.
  case file(inode: UInt64)
}

/// Where a lock lies, found out when it was first seen: its process may have ended by the time of the report.
package struct LockPlace: Sendable, Hashable {
  /// The mapped file, or the kernel's name for the memory, such as `[heap]`; empty for other memory.
  package var mapping: String
  /// The file's inode; 0 for memory without a file.
  package var inode: UInt64
  /// How far behind the beginning of the mapped file it lies; nil in memory without a file.
  package var offset: UInt64?
  /// Whether it lies in memory without a name right behind the file's, where the variables are that begin
  /// as zero, or anything else.
  package var isBehindFile: Bool

  /// Looks up an address.
  ///
  /// - Parameters:
  ///   - address: the address.
  ///   - tid: a thread of the process.
  ///   - pid: the process.
  /// - Returns: nil when the mappings can't be read, or none holds the address.
  static func find(_ address: UInt64, of tid: CInt, in pid: CInt) -> LockPlace? {
    var search = Search()
    let region = try? MappedRegion.first(tid, of: pid) { region in
      search.pass(region)
      return region.start <= address && address < region.end
    }
    return region.map { search.place(of: address, in: $0) }
  }

  /// Goes through the mappings in order, and remembers whose they are.
  struct Search {
    /// The first region of the file that the last region belongs to, or lies behind.
    private var file: MappedRegion?
    private var end: UInt64 = 0

    mutating func pass(_ region: MappedRegion) {
      if region.inode != 0 {
        if region.inode != file?.inode { file = region }
      } else if region.start != end || !region.name.isEmpty {
        file = nil
      }
      end = region.end
    }

    /// The place of an address in the region that was passed last.
    func place(of address: UInt64, in region: MappedRegion) -> LockPlace {
      guard let file, file.offset == 0, !region.isShared else {
        return LockPlace(
          mapping: region.name, inode: region.inode, offset: nil, isBehindFile: false)
      }
      return LockPlace(
        mapping: file.name, inode: file.inode, offset: address - file.start,
        isBehindFile: region.inode == 0)
    }
  }
}
