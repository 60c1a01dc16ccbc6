import TandemSystem

/// Finds the Python functions that a thread is in, in another process's memory.
///
/// Everything read is bounded and must make sense: the thread runs on meanwhile, so that a pointer may lead
/// to what something else has been put in.
struct PythonFunctionReader: Sendable {
  let offsets: PythonFrameOffsets
  /// Code by its address, with the addresses of its texts, which must still be the same.
  private var known: [UInt64: Code] = [:]

  /// A function's code.
  private struct Code {
    var file: UInt64
    var name: UInt64
    /// The function; nil for the interpreter's own code between functions.
    var function: PythonFunction?
    /// Its lines; nil until they are asked for.
    var lines: PythonLines?
  }

  private static let mostKnown = 4096
  /// Frames that the interpreter puts between functions of Python and C.
  private static let mostShims = 3
  private static let longestText = 512
  /// The longest table of lines, in bytes, that is read.
  private static let longestTable = 65_536
  /// What the rest of the smallest pointers of a process can't be.
  private static let leastAddress: UInt64 = 1 << 16

  init(_ offsets: PythonFrameOffsets) { self.offsets = offsets }

  /// Finds the innermost place.
  ///
  /// - Parameters:
  ///   - thread: the address of the thread's state.
  ///   - pid: its process.
  /// - Returns: nil when the thread is in no function, or when what was read makes no sense.
  mutating func place(of thread: UInt64, in pid: CInt) -> PythonPlace? {
    stack(of: thread, in: pid, most: 1).first
  }

  /// Finds the places in which a thread is, the innermost first.
  ///
  /// - Parameters:
  ///   - thread: the address of the thread's state.
  ///   - pid: its process.
  ///   - most: the most places.
  /// - Returns: those that make sense, up to the first that doesn't.
  mutating func stack(of thread: UInt64, in pid: CInt, most: Int) -> [PythonPlace] {
    var words: [UInt64] = [0, 0, 0]
    guard Self.read([thread &+ offsets.threadFrame], pid, &words) else { return [] }
    if let held = offsets.heldFrame {
      guard Self.read([words[0] &+ held], pid, &words) else { return [] }
    }
    var places: [PythonPlace] = []
    var frame = words[0]
    var shims = 0
    while places.count < most, shims <= Self.mostShims {
      let wanted = [
        frame &+ offsets.frameCode, frame &+ offsets.framePrevious,
        frame &+ offsets.frameInstruction,
      ]
      guard Self.read(wanted, pid, &words) else { return places }
      let (code, previous, instruction) = (words[0] & ~7, words[1], words[2])
      if let place = place(in: code, at: instruction, pid) {
        places.append(place)
        shims = 0
      } else {
        shims += 1
      }
      frame = previous
    }
    return places
  }

  /// Reads words of memory; false when one isn't there, or can't be the address of one.
  private static func read(_ addresses: [UInt64], _ pid: CInt, _ words: inout [UInt64]) -> Bool {
    guard addresses.allSatisfy({ $0 >= leastAddress && $0 % 8 == 0 }) else { return false }
    let pieces = addresses.map { RemoteMemory.Piece($0) }
    return (try? InterpreterWalk.readAll(pieces, of: pid, into: &words)) ?? false
  }

  private mutating func place(
    in code: UInt64, at instruction: UInt64, _ pid: CInt
  ) -> PythonPlace? {
    var words: [UInt64] = [0, 0]
    guard Self.read([code &+ offsets.codeFile, code &+ offsets.codeName], pid, &words) else {
      return nil
    }
    let (file, name) = (words[0], words[1])
    var entry: Code
    if let before = known[code], before.file == file, before.name == name {
      entry = before
    } else {
      entry = Code(file: file, name: name)
      // Code that the interpreter puts between functions (3.12).
      if let path = text(at: file, pid), let name = text(at: name, pid), !name.isEmpty,
        path != "<shim>"
      {
        entry.function = PythonFunction(name: name, path: path)
      }
    }
    if entry.function != nil, entry.lines == nil { entry.lines = lines(of: code, pid) }
    if known.count >= Self.mostKnown { known = [:] }
    known[code] = entry
    guard let function = entry.function else { return nil }
    let start = code &+ offsets.codeStart
    let place: UInt64? =
      switch offsets.instruction {
      case .bytes: instruction & 0xffff_ffff
      case .units: (instruction & 0xffff_ffff) * 2
      case .pointer: instruction >= start ? instruction - start : nil
      }
    return PythonPlace(
      function, line: place.flatMap { Int(exactly: $0) }.flatMap { entry.lines?.line(at: $0) })
  }

  // MARK: Texts and tables

  private func lines(of code: UInt64, _ pid: CInt) -> PythonLines? {
    var words: [UInt64] = [0, 0]
    // An int may lie in the upper half of a word.
    let line = code &+ offsets.codeFirstLine
    guard Self.read([line & ~7, code &+ offsets.codeLines], pid, &words) else { return nil }
    let first = Int32(truncatingIfNeeded: line % 8 == 0 ? words[0] : words[0] >> 32)
    guard first >= 0,
      let table = bytes(
        at: words[1], length: offsets.bytesLength, start: offsets.bytesStart,
        most: Self.longestTable, pid)
    else { return nil }
    return PythonLines(format: offsets.lines, firstLine: Int(first), table: table)
  }

  /// A text of ASCII characters only.
  private func text(at address: UInt64, _ pid: CInt) -> String? {
    guard
      let bytes = bytes(
        at: address, length: offsets.textLength, start: offsets.textCharacters,
        most: Self.longestText, pid),
      bytes.allSatisfy({ (0x20..<0x7F).contains($0) })
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of an object that has their number; the interpreter puts a 0 behind them.
  private func bytes(
    at address: UInt64, length: UInt64, start: UInt64, most: Int, _ pid: CInt
  ) -> [UInt8]? {
    var words: [UInt64] = [0]
    guard Self.read([address &+ length], pid, &words), let count = Int(exactly: words[0]),
      count >= 0, count <= most,
      let bytes = try? RemoteMemory.read(UInt(address &+ start), count: count + 1, of: pid),
      bytes.count == count + 1, bytes[count] == 0
    else { return nil }
    return Array(bytes.prefix(count))
  }
}
