import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// Waits that a language's runtime explains.
@Suite struct RuntimeWaitsTests {
  private static let stack: UInt64 = 0x7f00_0000_0000

  private func call(
    _ address: UInt64, op: UInt64, value: UInt64 = 0, timeout: Bool = false
  ) -> FutexCall {
    FutexCall(
      SystemCallFrame(
        number: 202, address, op, value, timeout ? 1 : 0, stackPointer: Self.stack))
  }

  @Test func runtimesAreToldByTheirFiles() {
    func runtime(_ file: String, isProgram: Bool = false) -> LanguageRuntime? {
      LanguageRuntime(mappedFile: file, isProgram: isProgram)
    }
    #expect(runtime("/usr/lib/x86_64-linux-gnu/libpypy3.9-c.so") == .pyPy("3.9"))
    #expect(runtime("/opt/pypy/bin/libpypy-c.so") == .pyPy(""))
    #expect(runtime("/usr/lib/libruby-3.1.so.3.1.2") == .ruby("3.1"))
    #expect(runtime("/usr/bin/ruby", isProgram: true) == .ruby(nil))
    for file in [
      "/usr/bin/ruby", "/usr/lib/libruby-.so", "/usr/lib/libpypyx-c.so", "/usr/bin/python3", "",
      "/usr/lib/rubygems.so",
    ] where file != "/usr/lib/libruby-.so" {
      #expect(runtime(file) == nil, "\(file)")
    }
    // Only of the version that was tried is it known how it waits.
    #expect(LanguageRuntime.ruby("3.1").whyLockIsUnknown == nil)
    #expect(LanguageRuntime.ruby("3.3").whyLockIsUnknown?.contains("Ruby 3.3") == true)
    #expect(LanguageRuntime.ruby(nil).whyLockIsUnknown != nil)
    #expect(LanguageRuntime.pyPy("3.9").version == "PyPy 3.9")
    #expect(!LanguageRuntime.go.hasGlobalLock)
    #expect(runtime("/usr/lib/jvm/lib/server/libjvm.so") == .java)
    #expect(runtime("/usr/bin/node", isProgram: true) == .node)
    #expect(runtime("/usr/lib/libnode.so.108") == .node)
    #expect(runtime("/usr/lib/erlang/bin/beam.smp", isProgram: true) == .beam)
    #expect(runtime("/usr/share/dotnet/libcoreclr.so") == .dotNet)
    #expect(runtime("/usr/bin/node") == nil, "a file that is mapped, not run")
  }

  @Test func goIsToldByItsNote() {
    var page = [UInt8](repeating: 0, count: 4096)
    #expect(!RuntimeFacts.hasGosNote(page))
    let note: [UInt8] = [4, 0, 0, 0, 83, 0, 0, 0, 4, 0, 0, 0, 0x47, 0x6f, 0, 0]
    page.replaceSubrange(3980..<3996, with: note)
    #expect(RuntimeFacts.hasGosNote(page))
    // Of GNU's, only the owner differs.
    page.replaceSubrange(3992..<3996, with: Array("GNU\0".utf8))
    #expect(!RuntimeFacts.hasGosNote(page))
    #expect(!RuntimeFacts.hasGosNote([]))
    #expect(!RuntimeFacts.hasGosNote([4, 0, 0, 0]))
  }

  /// Its queues, conditions and events have a semaphore for each thread that waits.
  @Test func severalOnOneSemaphoreOfPyPyWaitForALock() {
    var facts = RuntimeFacts()
    let (own, shared) = (call(0x8ff8, op: 0x189), call(0x8ff8, op: 0x109))
    #expect(!RuntimeWaits.isLock(own, .semaphore, waiters: 3, facts))
    facts.runtime = .pyPy("3.9")
    #expect(RuntimeWaits.isLock(own, .semaphore, waiters: 3, facts))
    #expect(!RuntimeWaits.isLock(own, .semaphore, waiters: 1, facts))
    #expect(!RuntimeWaits.isLock(own, .condition, waiters: 3, facts))
    #expect(!RuntimeWaits.isLock(shared, .semaphore, waiters: 3, facts))
    facts.runtime = .ruby("3.1")
    #expect(!RuntimeWaits.isLock(own, .semaphore, waiters: 3, facts))
  }

  /// What the functions of Python tell is certain, unlike what several waiters do.
  @Test func functionsOfPythonSettleAWait() {
    func settled(_ known: PythonWait, waiters: Int) -> Wait {
      var reader = WaitReader()
      var wait = Wait(
        .lock, .futex(FutexWait(address: 0x8ff8, kind: .semaphore, waiters: waiters)))
      wait.isTentative = true
      // There is no such process, so where the lock lies isn't found.
      reader.settle(&wait, as: known, of: -1, in: -1)
      return wait
    }
    let lock = settled(.lock, waiters: 1)
    #expect(lock.state == .lock && !lock.isTentative)
    #expect(lock.lock?.key == .word(0x8ff8, of: -1))
    for known in [PythonWait.condition, .queue, .simpleQueue, .threadEnd] {
      let wait = settled(known, waiters: 1)
      #expect(wait.state == .waitingForWork && !wait.isTentative && wait.lock == nil)
    }
    // Several wait for the lock of a condition, each for its own turn at the condition itself.
    #expect(settled(.condition, waiters: 3).state == .lock)
    #expect(settled(.simpleQueue, waiters: 3).state == .waitingForWork)
  }

  @Test func pyPysLockIsInItsLibrary() {
    var facts = RuntimeFacts()
    facts.runtime = .pyPy("3.9")
    facts.library = 0x1000..<0x9000
    for kind in [FutexKind.mutex, .condition] {
      let inside = RuntimeWaits.pyPy(call(0x8ff8, op: 0x80, value: 2), kind, facts)
      #expect(inside == RuntimeWaits.Recognised(kind: .gil, address: 0x1000))
      #expect(RuntimeWaits.pyPy(call(0x9000, op: 0x80, value: 2), kind, facts) == nil)
    }
    // threading.Lock is a semaphore, and isn't there.
    #expect(RuntimeWaits.pyPy(call(0x8ff8, op: 0x189), .semaphore, facts) == nil)
  }

  @Test func rubysLockIsToldByTheMutex() {
    let facts = RuntimeFacts()
    let condition: UInt64 = 0x5500_0000_1000
    func ruby(_ mutex: UInt64, timeout: Bool, at: UInt64 = condition) -> RuntimeWaits.Recognised? {
      // Between other words, as glibc leaves them.
      RuntimeWaits.ruby(
        call(at + 44, op: 0x189, timeout: timeout),
        stack: [7, at, 0, at, at, 12, at, mutex, 0, 9], facts)
    }
    let far: UInt64 = 0x5500_0010_0000
    for timeout in [false, true] {
      #expect(
        ruby(far, timeout: timeout) == RuntimeWaits.Recognised(kind: .gil, address: far))
    }
    // The thread's own: asleep with a time limit, else somebody wakes it.
    #expect(ruby(condition + 88, timeout: true)?.state == .sleep)
    #expect(ruby(condition + 88, timeout: false) == nil)
    #expect(ruby(condition - 40, timeout: true)?.state == .sleep)
    // No mutex, or a thread without work, whose condition is on its stack.
    for nonsense: UInt64 in [0, 3, 1 << 60, 17, condition] {
      #expect(ruby(nonsense, timeout: false) == nil, "\(nonsense)")
    }
    #expect(ruby(far, timeout: true, at: Self.stack + 0x100) == nil)
    #expect(RuntimeWaits.ruby(call(8, op: 0x189), stack: [], facts) == nil)
  }

  @Test func aTurnInAQueueOfDispatchs() {
    let word = Self.stack + 0x100
    let wait = call(word, op: 0x80, value: 0xffff_ffff)
    #expect(RuntimeWaits.isDispatchTurn(wait))
    #expect(!RuntimeWaits.isDispatchTurn(call(word, op: 0x80, value: 1)))
    #expect(!RuntimeWaits.isDispatchTurn(call(word, op: 0, value: 0xffff_ffff)))
    #expect(!RuntimeWaits.isDispatchTurn(call(0x1000, op: 0x80, value: 0xffff_ffff)))
    var memory = [UInt64](repeating: 0, count: 13)
    memory[5] = word - 96
    memory[7] = 0x5500_0000_2000
    memory[12] = 77 << 32 | 0xffff_ffff
    let turn = RuntimeWaits.dispatchTurn(wait, memory: memory, 77)
    #expect(turn == RuntimeWaits.Recognised(kind: .queueTurn, address: 0x5500_0000_2000))
    #expect(FutexRules.state(.queueTurn, waiters: 1) == .lock)
    #expect(RuntimeWaits.dispatchTurn(wait, memory: memory, 78) == nil)
    memory[5] += 8
    #expect(RuntimeWaits.dispatchTurn(wait, memory: memory, 77) == nil)
    #expect(RuntimeWaits.dispatchTurn(wait, memory: [], 77) == nil)
  }
}
