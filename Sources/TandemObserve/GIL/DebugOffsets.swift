/// What a CPython from 3.13 on says of its own layout: `_Py_DebugOffsets`, with which `_PyRuntime`
/// begins.
///
/// Every figure is checked: it must lie in the structure that it is for and be aligned.
enum DebugOffsets {
  /// Why a description is of no use.
  struct Refusal: Error, Hashable {
    /// A clause: what is wrong.
    var reason: String
  }

  /// The first 24 bytes.
  struct Beginning: Hashable {
    /// The version that it is of.
    var version: PythonVersion
    /// Whether the build is free-threaded.
    var isFreeThreaded: Bool
    /// The same as it lies in memory.
    var words: [UInt64]

    /// Reads it.
    ///
    /// - Parameter bytes: the runtime's first bytes; nil comes of any that don't begin with the
    ///   cookie, or hold no version.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 24, Array(bytes[..<8]) == DebugOffsets.cookie,
        let cookie = DebugOffsets.number(bytes, at: 0), let hex = DebugOffsets.number(bytes, at: 8),
        let version = PythonVersion(hex: hex),
        let flag = DebugOffsets.number(bytes, at: 16), flag <= 1
      else { return nil }
      self.version = version
      isFreeThreaded = flag == 1
      words = [cookie, hex, flag]
    }
  }

  static let cookie = Array("xdebugpy".utf8)

  /// Reads a description.
  ///
  /// - Parameters:
  ///   - bytes: the runtime's first bytes, as many as the places say.
  ///   - places: where the figures stand in this version.
  ///   - architecture: the processor that the program is for.
  /// - Returns: the layout.
  /// - Throws: what is wrong with it.
  static func read(
    _ bytes: [UInt8], at places: DebugOffsetsPlaces, _ architecture: PythonArchitecture
  ) throws(Refusal) -> GILOffsets {
    guard bytes.count >= places.size, let beginning = Beginning(bytes) else {
      throw Refusal(reason: "it doesn't begin as it should")
    }
    // Larger than any that there has been, so that sums can't overflow.
    let largest: UInt64 = 64 << 20
    func size(_ place: Int, _ name: String) throws(Refusal) -> UInt64 {
      guard let size = number(bytes, at: place), size >= 64, size < largest else {
        throw Refusal(reason: "the size of \(name) can't be right")
      }
      return size
    }
    func offset(_ place: Int, in size: UInt64, _ name: String) throws(Refusal) -> UInt64 {
      guard let offset = number(bytes, at: place), offset < size, size - offset >= 8,
        offset % 8 == 0
      else { throw Refusal(reason: "the offset of \(name) can't be right") }
      return offset
    }
    let runtime = try size(places.runtime.size, "the runtime")
    let interpreter = try size(places.interpreter.size, "an interpreter")
    let thread = try size(places.thread, "a thread")

    let structure = GILStructure(
      hasFlag: beginning.isFreeThreaded, mutexSize: architecture.mutexSize)
    let own = try offset(places.cevalGIL + 8, in: interpreter, "the GIL")
    let locked = try offset(places.cevalGIL + 24, in: interpreter, "the GIL's lock")
    let holder = try offset(places.cevalGIL + 32, in: interpreter, "the GIL's holder")
    guard number(bytes, at: places.cevalGIL + 16) == 0, locked == own + structure.locked,
      holder == own + structure.lastHolder
    else { throw Refusal(reason: "the GIL isn't laid out as in any version that is known") }
    return GILOffsets(
      interpretersHead: try offset(places.runtime.interpretersHead, in: runtime, "interpreters"),
      gil: .behindPointerInInterpreter(
        try offset(places.cevalGIL, in: interpreter, "the pointer to the GIL")),
      interpreterNext: try offset(places.interpreter.next, in: interpreter, "the next interpreter"),
      interpreterThreads: try offset(places.interpreter.threads, in: interpreter, "threads"),
      threadInterpreter: try offset(places.thread + 24, in: thread, "a thread's interpreter"),
      threadID: try offset(places.threadID, in: thread, "a thread's id"),
      nativeThreadID: try offset(places.threadID + 8, in: thread, "a thread's number"),
      structure: structure)
  }

  fileprivate static func number(_ bytes: [UInt8], at offset: Int) -> UInt64? {
    guard offset >= 0, offset <= bytes.count - 8 else { return nil }
    return (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
