/// Where a thread's functions lie in the memory of a process that runs CPython, in bytes.
struct PythonFrameOffsets: Sendable, Hashable {
  /// What a frame has of its place in its code.
  enum Instruction: Sendable, Hashable {
    /// An int: how many bytes behind the code's first instruction.
    case bytes
    /// An int: how many instructions of two bytes.
    case units
    /// A pointer into the code.
    case pointer
  }

  /// From a thread to the pointer to the next older one.
  var threadNext: UInt64
  /// From a thread to the pointer to its innermost frame, or to what holds that pointer.
  var threadFrame: UInt64
  /// From what holds the pointer to the pointer itself (`struct _PyCFrame`, in 3.11 and 3.12); nil where the
  /// thread has it.
  var heldFrame: UInt64?
  /// From a frame to the pointer to its code, whose lowest bits may be marks.
  var frameCode: UInt64
  /// From a frame to the pointer to its caller's.
  var framePrevious: UInt64
  /// From a frame to its place in the code, and what that is.
  var frameInstruction: UInt64
  var instruction: Instruction
  /// From code to the pointer to its file's name.
  var codeFile: UInt64
  /// From code to the pointer to its name: the qualified one where there is one.
  var codeName: UInt64
  /// From code to its first line, an int.
  var codeFirstLine: UInt64
  /// From code to the pointer to its table of lines, and how that is written.
  var codeLines: UInt64
  var lines: PythonLines.Format
  /// From code to its first instruction, where frames point to instructions; 0 elsewhere.
  var codeStart: UInt64
  /// From a text to its length, and to its characters if all of them are ASCII.
  var textLength: UInt64
  var textCharacters: UInt64
  /// From an object of bytes to their number, and to the first of them.
  var bytesLength: UInt64
  var bytesStart: UInt64

  /// The layout of a minor version that doesn't describe itself.
  ///
  /// `offsetof` with the versions' own headers: the same on x86-64 and AArch64, since these structures hold
  /// pointers and numbers only.
  ///
  /// - Parameter minor: the 11 in 3.11.
  /// - Returns: nil for a version that isn't known.
  static func fixed(minor: Int) -> PythonFrameOffsets? {
    switch minor {
    case 8...10:
      PythonFrameOffsets(
        threadNext: 8, threadFrame: 24, heldFrame: nil, frameCode: 32, framePrevious: 24,
        frameInstruction: minor == 10 ? 96 : 104, instruction: minor == 10 ? .units : .bytes,
        codeFile: 104, codeName: 112, codeFirstLine: 40, codeLines: 120,
        lines: minor == 10 ? .ranges : .increments, codeStart: 0, textLength: 16,
        textCharacters: 48, bytesLength: 16, bytesStart: 32)
    case 11:
      PythonFrameOffsets(
        threadNext: 8, threadFrame: 56, heldFrame: 8, frameCode: 32, framePrevious: 48,
        frameInstruction: 56, instruction: .pointer, codeFile: 112, codeName: 128,
        codeFirstLine: 72, codeLines: 136, lines: .locations, codeStart: 184, textLength: 16,
        textCharacters: 48, bytesLength: 16, bytesStart: 32)
    case 12:
      PythonFrameOffsets(
        threadNext: 8, threadFrame: 56, heldFrame: 0, frameCode: 0, framePrevious: 8,
        frameInstruction: 56, instruction: .pointer, codeFile: 112, codeName: 128,
        codeFirstLine: 68, codeLines: 136, lines: .locations, codeStart: 192, textLength: 16,
        textCharacters: 40, bytesLength: 16, bytesStart: 32)
    default: nil
    }
  }

  /// Where the figures stand in the description that a version has of itself (`_Py_DebugOffsets`).
  ///
  /// Those of a frame, of code, of bytes and of a text each follow one another.
  private struct Places {
    /// `thread_state.next`; `.interp` and `.current_frame` follow it.
    var threadNext: Int
    /// `interpreter_frame.previous`; `.executable` and `.instr_ptr` follow it.
    var frame: Int
    /// `code_object.filename`; `.name`, `.qualname`, `.linetable` and `.firstlineno` follow it, and
    /// `.co_code_adaptive` is the fourth behind these.
    var code: Int
    /// `bytes_object.ob_size`; `.ob_sval` follows it.
    var bytes: Int
    /// `unicode_object.length`; `.asciiobject_size` follows it.
    var text: Int

    init?(minor: Int) {
      switch minor {
      case 13: (threadNext, frame, code, bytes, text) = (168, 232, 280, 520, 552)
      case 14: (threadNext, frame, code, bytes, text) = (192, 256, 320, 600, 632)
      case 15: (threadNext, frame, code, bytes, text) = (192, 320, 384, 696, 728)
      default: return nil
      }
    }
  }

  /// Reads the layout of a version that describes itself.
  ///
  /// - Parameters:
  ///   - bytes: the runtime's first bytes.
  ///   - minor: the 13 in 3.13.
  /// - Returns: nil for a version whose description isn't known, or with a figure that can't be right.
  static func described(_ bytes: [UInt8], minor: Int) -> PythonFrameOffsets? {
    guard let places = Places(minor: minor) else { return nil }
    func offset(_ place: Int, alignedTo alignment: UInt64 = 8) -> UInt64? {
      guard place <= bytes.count - 8 else { return nil }
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
      // All of these structures are smaller.
      return value < 4096 && value % alignment == 0 ? value : nil
    }
    guard let threadNext = offset(places.threadNext),
      let threadFrame = offset(places.threadNext + 16),
      let framePrevious = offset(places.frame), let frameCode = offset(places.frame + 8),
      let frameInstruction = offset(places.frame + 16),
      let codeFile = offset(places.code), let codeName = offset(places.code + 16),
      let codeLines = offset(places.code + 24),
      let codeFirstLine = offset(places.code + 32, alignedTo: 4),
      let codeStart = offset(places.code + 64),
      let bytesLength = offset(places.bytes), let bytesStart = offset(places.bytes + 8),
      let textLength = offset(places.text), let textCharacters = offset(places.text + 8)
    else { return nil }
    return PythonFrameOffsets(
      threadNext: threadNext, threadFrame: threadFrame, heldFrame: nil, frameCode: frameCode,
      framePrevious: framePrevious, frameInstruction: frameInstruction, instruction: .pointer,
      codeFile: codeFile, codeName: codeName, codeFirstLine: codeFirstLine, codeLines: codeLines,
      lines: .locations, codeStart: codeStart, textLength: textLength,
      textCharacters: textCharacters, bytesLength: bytesLength, bytesStart: bytesStart)
  }
}
