import TandemSystem

/// A function of a Python program.
package struct PythonFunction: Sendable, Hashable {
  /// Its name, with those of what it is in from 3.11 on: `Model.score`.
  package var name: String
  /// The file that it is in, without folders but the last.
  package var file: String

  /// Makes a value.
  package init(name: String, file: String) {
    self.name = name
    self.file = file
  }
}

/// Finds the innermost Python function of a thread in another process's memory.
///
/// Everything read is bounded and must make sense: the thread runs on meanwhile, so that a pointer may lead
/// to what something else has been put in.
struct PythonFunctionReader: Sendable {
  let offsets: PythonFrameOffsets
  /// Names by the address of their code, with the addresses of the texts, which must still be the same.
  private var known: [UInt64: (file: UInt64, name: UInt64, function: PythonFunction?)] = [:]

  private static let mostKnown = 4096
  /// Frames that the interpreter puts between functions of Python and C.
  private static let mostShims = 3
  private static let longestText = 512
  /// What the rest of the smallest pointers of a process can't be.
  private static let leastAddress: UInt64 = 1 << 16

  init(_ offsets: PythonFrameOffsets) { self.offsets = offsets }

  /// Finds the function.
  ///
  /// - Parameters:
  ///   - thread: the address of the thread's state.
  ///   - pid: its process.
  /// - Returns: nil when the thread is in none, or when what was read makes no sense.
  mutating func function(of thread: UInt64, in pid: CInt) -> PythonFunction? {
    var words: [UInt64] = [0, 0]
    func read(_ addresses: UInt64...) -> Bool {
      guard addresses.allSatisfy({ $0 >= Self.leastAddress && $0 % 8 == 0 }) else { return false }
      let pieces = addresses.map { RemoteMemory.Piece($0) }
      return (try? InterpreterWalk.readAll(pieces, of: pid, into: &words)) ?? false
    }
    guard read(thread &+ offsets.threadFrame) else { return nil }
    if let held = offsets.heldFrame {
      guard read(words[0] &+ held) else { return nil }
    }
    var frame = words[0]
    for _ in 0...Self.mostShims {
      guard read(frame &+ offsets.frameCode, frame &+ offsets.framePrevious) else { return nil }
      // From 3.14 on the pointer has flags in its lowest bits (Include/internal/pycore_stackref.h).
      let (code, previous) = (words[0] & ~7, words[1])
      if read(code &+ offsets.codeFile, code &+ offsets.codeName),
        let function = function(code, file: words[0], name: words[1], pid)
      {
        return function
      }
      frame = previous
    }
    return nil
  }

  private mutating func function(
    _ code: UInt64, file: UInt64, name: UInt64, _ pid: CInt
  ) -> PythonFunction? {
    if let before = known[code], before.file == file, before.name == name {
      return before.function
    }
    var function: PythonFunction?
    if let file = text(at: file, pid), let name = text(at: name, pid), !name.isEmpty {
      function = PythonFunction(name: name, file: Self.short(file))
    }
    if known.count >= Self.mostKnown { known = [:] }
    known[code] = (file, name, function)
    // The interpreter's own code between functions.
    return function
  }

  /// The last folder and the name: `re/__init__.py`.
  private static func short(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  /// A text of ASCII characters only.
  private func text(at address: UInt64, _ pid: CInt) -> String? {
    var words: [UInt64] = [0]
    guard address >= Self.leastAddress, address % 8 == 0,
      (try? InterpreterWalk.readAll(
        [.init(address &+ offsets.textLength)], of: pid, into: &words)) == true,
      let length = Int(exactly: words[0]), length <= Self.longestText,
      let bytes = try? RemoteMemory.read(
        UInt(address &+ offsets.textCharacters), count: length + 1, of: pid),
      bytes.count == length + 1, bytes[length] == 0,
      bytes.prefix(length).allSatisfy({ (0x20..<0x7F).contains($0) })
    else { return nil }
    return String(decoding: bytes.prefix(length), as: UTF8.self)
  }
}
