import Glibc
import TandemSystem
import Testing

@Suite("Another process's memory")
struct RemoteMemoryTests {
  @Test("Words from several places in one call")
  func pieces() throws {
    let own = WordsOnThisPage([11, 22, 33, 44])
    var words = [UInt64](repeating: 0, count: 5)
    let read = try readWords(
      [.init(own.address + 16, words: 2), .init(own.address)], of: getpid(), into: &words,
      from: 1)
    #expect(read == 3)
    #expect(words == [0, 33, 44, 11, 0])
    #expect(try readWords([], of: getpid(), into: &words) == 0)
  }

  @Test("It ends where nothing is mapped")
  func unmapped() throws {
    let own = WordsOnThisPage([7])
    var words: [UInt64] = [0, 0, 0]
    let read = try readWords(
      [.init(own.address), .init(8), .init(own.address)], of: getpid(), into: &words)
    #expect(read == 1)
    #expect(words == [7, 0, 0])
    for address: UInt64 in [0, 8, .max - 7, 1 << 63] {
      #expect(throws: Errno.badAddress) {
        try readWords([.init(address)], of: getpid(), into: &words)
      }
    }
  }

  @Test("What doesn't fit is refused before anything is read")
  func tooMuch() {
    let own = WordsOnThisPage([7])
    var words: [UInt64] = [0, 0]
    let many = [RemoteMemory.Piece](
      repeating: .init(own.address), count: RemoteMemory.mostPieces + 1)
    var room = [UInt64](repeating: 0, count: many.count)
    #expect(throws: Errno.invalidArgument) {
      try readWords(many, of: getpid(), into: &room)
    }
    #expect(throws: Errno.invalidArgument) {
      try readWords([.init(own.address, words: 3)], of: getpid(), into: &words)
    }
    for start in [-1, 2, 3] {
      #expect(throws: Errno.invalidArgument) {
        try readWords([.init(own.address)], of: getpid(), into: &words, from: start)
      }
    }
    #expect(words == [0, 0])
  }

  @Test("A child's copy, and no process at all")
  func others() throws {
    let own = WordsOnThisPage([5])
    let child = try IdleChild.fork()
    own.set(6)
    var words: [UInt64] = [0]
    #expect(try readWords([.init(own.address)], of: child.pid, into: &words) == 1)
    #expect(words == [5])
    #expect(throws: Errno.noSuchProcess) {
      try readWords([.init(own.address)], of: -1, into: &words)
    }
  }

  @Test("Whether a process has a thread")
  func threads() throws {
    #expect(ThreadCheck.exists(getpid(), in: getpid()))
    let child = try IdleChild.fork()
    #expect(ThreadCheck.exists(child.pid, in: child.pid))
    #expect(!ThreadCheck.exists(child.pid, in: getpid()))
    for tid in [-1, 0, CInt.max] { #expect(!ThreadCheck.exists(tid, in: getpid())) }
    #expect(!ThreadCheck.exists(getpid(), in: 0))
  }
}

@Suite("A process's program files")
struct ProgramFilesTests {
  @Test("The executable comes first, and all can be opened")
  func own() throws {
    let files = try ProgramFile.all(of: getpid())
    let executable = try #require(files.first)
    #expect(executable.isExecutable)
    #expect(executable.base == LoadedImage.named("").map { UInt64($0.start) })
    #expect(files.filter(\.isExecutable).allSatisfy { $0.path == executable.path })
    #expect(files.contains { $0.name.hasPrefix("libc.so") && !$0.isExecutable })
    for file in files where file.name.contains(".so") {
      let path = try #require(file.reachable(through: getpid()))
      #expect(try ProgramFile.Stamp(path: path).size > 0)
    }
    #expect(ProgramFile.hasExecutable(getpid()))
  }

  @Test("A stamp tells a file from a changed one, but not by its path")
  func stamps() throws {
    let first = try ProgramFile.Stamp(path: "/proc/self/exe")
    let path = try #require(ProgramFile.all(of: getpid()).first?.path)
    #expect(try ProgramFile.Stamp(path: path) == first)
    #expect(try ProgramFile.Stamp(path: "/proc/self/fd/0") != first)
    #expect(throws: Errno.noSuchFile) { try ProgramFile.Stamp(path: "/none") }
  }

  @Test("No process")
  func none() {
    #expect(throws: Errno.noSuchFile) { try ProgramFile.all(of: -1) }
    #expect(!ProgramFile.hasExecutable(-1))
  }
}

/// Spans of literals don't live long enough inside the macros.
private func readWords(
  _ pieces: [RemoteMemory.Piece], of pid: CInt, into words: inout [UInt64], from start: Int = 0
) throws(Errno) -> Int {
  try RemoteMemory.read(pieces.span, of: pid, into: &words, from: start)
}

/// Some words in memory that stay where they are.
private final class WordsOnThisPage {
  private let words: UnsafeMutablePointer<UInt64>
  private let count: Int

  init(_ values: [UInt64]) {
    count = values.count
    words = .allocate(capacity: values.count)
    words.initialize(from: values, count: values.count)
  }

  deinit { words.deallocate() }

  var address: UInt64 { UInt64(UInt(bitPattern: words)) }

  func set(_ value: UInt64) { words.pointee = value }
}
