import Glibc
import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

@Suite("Where a lock lies, and what it is called")
struct LockPlaceTests {
  private static func place(of address: UInt64, in lines: [String]) -> LockPlace? {
    var search = LockPlace.Search()
    for line in lines {
      let bytes = Array(line.utf8)
      guard let region = MappedRegion(bytes.span) else { continue }
      search.pass(region)
      if region.start <= address, address < region.end {
        return search.place(of: address, in: region)
      }
    }
    return nil
  }

  private static let lines = [
    "1000-2000 r--p 00000000 08:01 7 /bin/prog", "2000-3000 rw-p 00001000 08:01 7 /bin/prog",
    "3000-4000 rw-p 00000000 00:00 0 ", "5000-6000 rw-p 00000000 00:00 0 [heap]",
    "7000-8000 rw-p 00000000 00:00 0 ", "8000-9000 rw-s 00000000 00:05 9 /dev/shm/queue",
    "9000-a000 r--p 00003000 08:01 8 /usr/share/part",
  ]

  @Test func dataAndWhatBeginsAsZeroBelongToTheFile() {
    #expect(
      Self.place(of: 0x2010, in: Self.lines)
        == LockPlace(mapping: "/bin/prog", inode: 7, offset: 0x1010, isBehindFile: false))
    #expect(
      Self.place(of: 0x3010, in: Self.lines)
        == LockPlace(mapping: "/bin/prog", inode: 7, offset: 0x2010, isBehindFile: true))
  }

  @Test func otherMemoryHasNoOffset() {
    let places = [(0x5010, "[heap]", 0), (0x7010, "", 0), (0x8010, "/dev/shm/queue", 9)]
    for (address, mapping, inode) in places {
      #expect(
        Self.place(of: UInt64(address), in: Self.lines)
          == LockPlace(
            mapping: mapping, inode: UInt64(inode), offset: nil, isBehindFile: false))
    }
    // A file that isn't mapped from its beginning has no load base.
    #expect(Self.place(of: 0x9010, in: Self.lines)?.offset == nil)
    #expect(Self.place(of: 0x6010, in: Self.lines) == nil)
  }

  /// Memory without a name behind a file is the file's only as far as the loader says so.
  @Test func memoryBehindAFileThatIsNotItsDataHasNoName() throws {
    let path = try #require(ProgramFile.all(of: getpid()).first?.path)
    let inode = try ProgramFile.Stamp(path: path).inode
    var names = LockNames()
    let beyond = LockPlace(mapping: path, inode: inode, offset: 1 << 40, isBehindFile: true)
    #expect(names.name(of: beyond) == LockNames.Name())
    // Another file has the path now.
    let replaced = LockPlace(mapping: path, inode: inode + 1, offset: 0x10, isBehindFile: true)
    var others = LockNames()
    #expect(others.name(of: replaced) == LockNames.Name())
    let data = LockPlace(mapping: path, inode: inode + 1, offset: 0x10, isBehindFile: false)
    #expect(others.name(of: data) == LockNames.Name(mapping: path, offset: 0x10))
    let heap = LockPlace(mapping: "[heap]", inode: 0, offset: nil, isBehindFile: false)
    #expect(names.name(of: heap) == LockNames.Name(mapping: "[heap]"))
  }

  @Test func aVariableOfThisProgramIsNamed() throws {
    let symbols = try #require(SymbolTables.executable)
    // `environ` and `stdout` are data of the C library's, which a program may have a copy of.
    let variable = try #require(
      symbols.symbols(withPrefix: "$s").first {
        $0.size > 0 && symbols.variable(at: $0.address) != nil
      })
    let found = try #require(symbols.variable(at: variable.address + variable.size - 1))
    #expect(found.address <= variable.address && found.size > 0)
    #expect(symbols.isLoaded(variable.address))
    #expect(!symbols.isLoaded(1 << 60))
  }
}
