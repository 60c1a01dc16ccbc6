import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemObserve

@Suite("Time in imports", .timeLimit(.minutes(5)))
struct ImportTimeTests {
  private static func time(_ ms: UInt64) -> UInt64 { 1_000_000_000 + ms * 1_000_000 }

  @Test("It is the time up to each look that found an import")
  func length() {
    var imports = ImportTime(nowNS: Self.time(0))
    for ms in [10, 20] as [UInt64] { imports.note(true, nowNS: Self.time(ms)) }
    #expect(imports.seconds == nil, "two looks")
    imports.note(false, nowNS: Self.time(30))
    imports.note(true, nowNS: Self.time(40))
    #expect(imports.seconds == 0.03)
    // Nobody looked for a second.
    imports.note(true, nowNS: Self.time(1_040))
    #expect(imports.seconds == 0.08)
  }

  @Test("Looks become rare when nothing was imported for a while")
  func rare() {
    var imports = ImportTime(nowNS: Self.time(0))
    let young = (0..<96).count { _ in imports.isDue(nowNS: Self.time(500)) }
    let old = (0..<96).count { _ in imports.isDue(nowNS: Self.time(5_000)) }
    #expect(young == 32 && old == 2)
    imports.note(true, nowNS: Self.time(5_000))
    #expect((0..<96).count { _ in imports.isDue(nowNS: Self.time(5_500)) } == 32)
  }

  /// A module that computes while it is imported, from a folder of its own.
  private static let script = """
    import importlib.abc, importlib.util, sys
    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path, target=None):
            return importlib.util.spec_from_loader(name, self) if name == "slow" else None
        def create_module(self, spec):
            return None
        def exec_module(self, module):
            print("ready", flush=True)
            while True:
                sum(range(100_000))
    sys.meta_path.insert(0, Finder())
    import slow
    """

  @Test("An import of a real interpreter is seen", arguments: FoundPython.measured)
  func seen(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    var reader = PythonFunctionReader(try #require(runtime.file.frames))
    let pause = try SilentPipe()
    var (looks, importing) = (0, 0)
    for _ in 0..<2_000 where looks < 20 {
      _ = pause.wait(nanoseconds: 300_000)
      guard let state = try runtime.gils(of: program.pid).first?.holderState else { continue }
      let stack = reader.stack(of: state, in: program.pid, most: ImportTime.mostFrames)
      if stack.isEmpty { continue }
      looks += 1
      if stack.contains(where: \.function.imports) { importing += 1 }
    }
    #expect(looks == 20 && importing >= 18, "\(importing) of \(looks)")
  }
}
