import TandemSystem
import Testing

@testable import TandemObserve

@Suite("Functions of real interpreters", .timeLimit(.minutes(5)), .serialized)
struct PythonFunctionTests {
  private static let script = """
    import sys
    class Model:
        def crunch(self):
            while True:
                sum(range(100_000))
    print("ready", flush=True)
    Model().crunch()
    """

  /// Nothing but `crunch`, and the generator of none: `sum` and `range` are no Python functions.
  @Test("The function of the thread that computes", arguments: FoundPython.measured)
  func function(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    guard let frames = runtime.file.frames else {
      // What isn't known of a version is left alone.
      #expect(python.version.minor >= 16)
      return
    }
    var reader = PythonFunctionReader(frames)
    let pause = try SilentPipe()
    var found: [PythonFunction: Int] = [:]
    var unknown = 0
    var tries = 0
    while found.values.reduce(0, +) + unknown < 100, tries < 5_000 {
      tries += 1
      _ = pause.wait(nanoseconds: 300_000)
      guard let state = try runtime.gils(of: program.pid).first?.holderState else { continue }
      if let function = reader.function(of: state, in: program.pid) {
        found[function, default: 0] += 1
      } else {
        unknown += 1
      }
    }
    let name = python.version.minor < 11 ? "crunch" : "Model.crunch"
    let seen = found.filter { $0.key.name == name }.values.reduce(0, +)
    // The first looks may still find the module's own code.
    #expect(seen >= 90, "\(found), \(unknown) unknown")
    #expect(unknown <= 5, "\(found), \(unknown) unknown")
  }

  /// Memory that holds something else gives nothing, and never ends the reader.
  @Test("Other memory gives no function", arguments: FoundPython.measured.prefix(1))
  func otherMemory(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    guard let frames = runtime.file.frames else { return }
    var reader = PythonFunctionReader(frames)
    for address: UInt64 in [0, 8, 1 << 20, runtime.address, runtime.address &+ 64, .max - 7] {
      #expect(reader.function(of: address, in: program.pid) == nil, "\(address)")
    }
  }
}

@Suite("Where functions lie")
struct PythonFrameOffsetsTests {
  @Test("Versions that aren't known have no layout")
  func unknown() {
    #expect(PythonFrameOffsets.fixed(minor: 7) == nil)
    #expect(PythonFrameOffsets.fixed(minor: 13) == nil)
    #expect(PythonFrameOffsets.described([UInt8](repeating: 0, count: 1024), minor: 16) == nil)
  }

  @Test("A description that is cut off, or whose figures can't be right, isn't used")
  func descriptions() {
    var bytes = [UInt8](repeating: 0, count: 584)
    #expect(PythonFrameOffsets.described(bytes, minor: 13) != nil)
    #expect(PythonFrameOffsets.described(Array(bytes.prefix(500)), minor: 13) == nil)
    bytes[184] = 7
    #expect(PythonFrameOffsets.described(bytes, minor: 13) == nil)
    (bytes[184], bytes[186]) = (0, 1)
    #expect(PythonFrameOffsets.described(bytes, minor: 13) == nil)
  }
}
