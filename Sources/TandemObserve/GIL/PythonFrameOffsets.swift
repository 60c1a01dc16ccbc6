/// Where a thread's innermost function lies in the memory of a process that runs CPython, in bytes.
struct PythonFrameOffsets: Sendable, Hashable {
  /// From a thread to the pointer to its innermost frame, or to what holds that pointer.
  var threadFrame: UInt64
  /// From what holds the pointer to the pointer itself (`struct _PyCFrame`, in 3.11 and 3.12); nil where the
  /// thread has it.
  var heldFrame: UInt64?
  /// From a frame to the pointer to its code.
  var frameCode: UInt64
  /// From a frame to the pointer to its caller's.
  var framePrevious: UInt64
  /// From code to the pointer to its file's name.
  var codeFile: UInt64
  /// From code to the pointer to its name: the qualified one where there is one.
  var codeName: UInt64
  /// From a text to its length, and to its characters if all of them are ASCII.
  var textLength: UInt64
  var textCharacters: UInt64

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
        threadFrame: 24, heldFrame: nil, frameCode: 32, framePrevious: 24, codeFile: 104,
        codeName: 112, textLength: 16, textCharacters: 48)
    case 11:
      PythonFrameOffsets(
        threadFrame: 56, heldFrame: 8, frameCode: 32, framePrevious: 48, codeFile: 112,
        codeName: 128, textLength: 16, textCharacters: 48)
    case 12:
      PythonFrameOffsets(
        threadFrame: 56, heldFrame: 0, frameCode: 0, framePrevious: 8, codeFile: 112,
        codeName: 128, textLength: 16, textCharacters: 40)
    default: nil
    }
  }

  /// Where the figures stand in a version's description of itself (`_Py_DebugOffsets`).
  private struct Places {
    var threadFrame: Int
    var framePrevious: Int
    /// `code_object.filename`; `name` and `qualname` follow it.
    var codeFile: Int
    /// `unicode_object.length`; `asciiobject_size` follows it.
    var textLength: Int

    /// `offsetof` with the headers of 3.13.0, 3.14.10 and 3.15.2.
    static func of(minor: Int) -> Places? {
      switch minor {
      case 13: Places(threadFrame: 184, framePrevious: 232, codeFile: 280, textLength: 552)
      case 14: Places(threadFrame: 208, framePrevious: 256, codeFile: 320, textLength: 632)
      case 15: Places(threadFrame: 208, framePrevious: 320, codeFile: 384, textLength: 728)
      default: nil
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
    guard let places = Places.of(minor: minor) else { return nil }
    func offset(_ place: Int) -> UInt64? {
      guard place <= bytes.count - 8 else { return nil }
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
      // All of these structures are smaller.
      return value < 4096 && value % 8 == 0 ? value : nil
    }
    guard let threadFrame = offset(places.threadFrame),
      let framePrevious = offset(places.framePrevious),
      // `executable` follows `previous`.
      let frameCode = offset(places.framePrevious + 8), let codeFile = offset(places.codeFile),
      let codeName = offset(places.codeFile + 16), let textLength = offset(places.textLength),
      let textCharacters = offset(places.textLength + 8)
    else { return nil }
    return PythonFrameOffsets(
      threadFrame: threadFrame, heldFrame: nil, frameCode: frameCode,
      framePrevious: framePrevious, codeFile: codeFile, codeName: codeName,
      textLength: textLength, textCharacters: textCharacters)
  }
}
