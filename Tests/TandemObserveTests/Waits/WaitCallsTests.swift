import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// The table of system calls, and what becomes of calls of threads that aren't there.
@Suite struct WaitCallsTests {
  // PID_MAX_LIMIT is 2^22: there is no such thread.
  private let nobody: CInt = 1 << 23

  private func wait(
    _ architecture: SystemCallTable.Architecture, _ frame: SystemCallFrame
  ) -> Wait {
    var reader = WaitReader(processes: [nobody], architecture: architecture)
    var frame = frame
    if frame.stackPointer == 0 { frame.stackPointer = 0x7ffd_0000_0000 }
    return reader.wait(in: frame, of: nobody, in: nobody, now: 1) { _ in false }
  }

  @Test(arguments: SystemCallTable.Architecture.allCases)
  func everyNumberIsThereOnce(architecture: SystemCallTable.Architecture) {
    let numbers = SystemCallTable.rows.compactMap { $0.number(on: architecture) }
    #expect(Set(numbers).count == numbers.count)
    #expect(Set(SystemCallTable.rows.map(\.name)).count == SystemCallTable.rows.count)
    let table = SystemCallTable(architecture)
    for row in SystemCallTable.rows {
      guard let number = row.number(on: architecture) else { continue }
      #expect(table[number]?.name == row.name)
    }
    for number in [-1, 100_000, Int.max, Int.min] { #expect(table[number] == nil) }
  }

  @Test func aLockOfMemoryIsNoPage() {
    for function in ["", "folio_wait_bit_common", "filemap_fault"] {
      #expect(WaitReader.isForPage(function))
    }
    for function in ["do_user_addr_fault", "exc_page_fault", "lock_mm_and_find_vma"] {
      #expect(!WaitReader.isForPage(function))
    }
  }

  /// Both columns against the headers that the C library's packages bring along.
  @Test func numbersAreTheKernels() throws {
    let x86_64 = [
      "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h",
    ]
    for (paths, architecture) in [
      (x86_64, SystemCallTable.Architecture.x86_64),
      (["/usr/include/asm-generic/unistd.h"], .aarch64),
    ] {
      guard let text = paths.lazy.compactMap({ try? ProcFile.text($0) }).first else { continue }
      var numbers: [String: Int] = [:]
      for line in text.split(separator: "\n") {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count >= 3, words[0] == "#define", let number = Int(words[2]) else { continue }
        for prefix in ["__NR_", "__NR3264_"] where words[1].hasPrefix(prefix) {
          numbers[String(words[1].dropFirst(prefix.count))] = number
        }
      }
      // The generic header's name of the call, of which 64-bit machines have the newer form.
      numbers["newfstatat"] = numbers["newfstatat"] ?? numbers["fstatat"]
      try #require(numbers.count > 250)
      for row in SystemCallTable.rows {
        // Of Linux 6.7; older headers don't have it.
        if row.name == "futex_wait" { continue }
        #expect(row.number(on: architecture) == numbers[row.name], "\(row.name)")
      }
    }
  }

  /// The same waits on both architectures, by the numbers of each.
  @Test(arguments: SystemCallTable.Architecture.allCases)
  func callsAreCountedAsTheTableSays(architecture: SystemCallTable.Architecture) {
    for row in SystemCallTable.rows {
      guard let number = row.number(on: architecture) else { continue }
      let wait = wait(architecture, SystemCallFrame(number: number, 3))
      #expect(wait.call == row.name)
      switch row.waitsFor {
      case .time, .restart: #expect(wait.state == .sleep, "\(row.name)")
      case .reading, .writing, .descriptor:
        // The descriptor of nobody can't be looked at.
        #expect(wait.detail == .descriptor(3, .unreadable), "\(row.name)")
        #expect(wait.state == .other, "\(row.name)")
      case .file, .path, .fileSystem, .ring, .asynchronous, .fileControl:
        #expect(wait.state == .io, "\(row.name)")
      case .fileLock: #expect(wait.state == .lock, "\(row.name)")
      case .readinessSet, .signal, .message, .futexSet, .systemVSemaphore:
        #expect(wait.state == .waitingForWork, "\(row.name)")
      case .child, .childOfClone3: #expect(wait.state == .child, "\(row.name)")
      case .childOfClone, .other: #expect(wait.state == .other, "\(row.name)")
      case .futex, .futexWait: #expect(wait.state == .waitingForWork, "\(row.name)")
      case .poll, .select: #expect([.sleep, .waitingForWork].contains(wait.state), "\(row.name)")
      }
      #expect(wait.state != .onCPU && wait.state != .runnable)
    }
  }

  @Test func argumentsDecide() {
    // fcntl: F_SETLKW, F_OFD_SETLKW, F_GETLK.
    #expect(wait(.x86_64, SystemCallFrame(number: 72, 3, 7)).state == .lock)
    #expect(wait(.aarch64, SystemCallFrame(number: 25, 3, 38)).state == .lock)
    #expect(wait(.x86_64, SystemCallFrame(number: 72, 3, 5)).state == .io)
    // clone with CLONE_VFORK, and without.
    #expect(wait(.aarch64, SystemCallFrame(number: 220, 0x4111)).state == .child)
    #expect(wait(.x86_64, SystemCallFrame(number: 56, 0x3d0f00)).state == .other)
    // poll of nothing: with a limit a sleep, without one a wait for a signal.
    #expect(wait(.x86_64, SystemCallFrame(number: 7, 0, 0, 500)).state == .sleep)
    #expect(
      wait(.x86_64, SystemCallFrame(number: 7, 0, 0, 0xffff_ffff)).state == .waitingForWork)
    #expect(wait(.aarch64, SystemCallFrame(number: 73, 0, 0, 0x1000)).state == .sleep)
    #expect(wait(.aarch64, SystemCallFrame(number: 73, 0, 0, 0)).state == .waitingForWork)
    // The memory of nobody can't be read: many descriptors are an event loop's, one may be anything.
    for count: UInt64 in [2, 1 << 31, .max] {
      #expect(wait(.x86_64, SystemCallFrame(number: 7, 0x1000, count, 5)).state != .io)
    }
    #expect(wait(.x86_64, SystemCallFrame(number: 7, 0x1000, 2, 5)).state == .waitingForWork)
    #expect(wait(.x86_64, SystemCallFrame(number: 7, 0x1000, 1, 5)).state == .other)
    // select without sets, with a limit and without, and with a set that can't be read.
    #expect(wait(.x86_64, SystemCallFrame(number: 23, 0, 0, 0, 0, 1)).state == .sleep)
    #expect(wait(.x86_64, SystemCallFrame(number: 23, 9, 0, 0, 0, 0)).state == .waitingForWork)
    #expect(
      wait(.x86_64, SystemCallFrame(number: 23, .max, 1, 1, 1, 1)).state == .sleep)
    #expect(
      wait(.x86_64, SystemCallFrame(number: 23, 0x7fff_ffff, .max, .max, .max, 1)).state
        == .other)
  }

  @Test func whatIsntKnownIsOther() {
    #expect(
      wait(.x86_64, SystemCallFrame(number: 9999)) == Wait(.other, call: nil, .systemCall(9999)))
    // A 32-bit program: its number 3 is read, not close.
    let narrow = SystemCallFrame(
      number: 3, 3, stackPointer: 0xffff_d000, programCounter: 0xf7ff_0000)
    #expect(wait(.x86_64, narrow) == Wait(.other, call: nil, .systemCall(3)))
    var reader = WaitReader(architecture: nil)
    let wait = reader.wait(in: SystemCallFrame(number: 0), of: nobody, in: nobody, now: 1) { _ in
      false
    }
    #expect(wait == Wait(.other, call: nil, .systemCall(0)))
  }

  @Test func nobodyIsGone() {
    var reader = WaitReader()
    #expect(reader.read(nobody, of: nobody) { _ in false } == .gone)
  }

  /// Hundreds of thousands of threads, descriptors and locks come and go.
  @Test func whatIsKeptIsBounded() {
    var reader = WaitReader(processes: [nobody], reportsRunning: true, architecture: .x86_64)
    for number in 0..<40_000 as Range<UInt64> {
      let tid = nobody + CInt(number)
      let futex = SystemCallFrame(
        number: 202, 0x1000 + 8 * number, 0x80, 0, stackPointer: 0x7ffd_0000_0000)
      _ = reader.wait(in: futex, of: tid, in: tid, now: number) { _ in false }
    }
    #expect(reader.keptCount > 0)
    #expect(reader.keptCount <= 20_000)
    for number in 0..<40_000 as Range<CInt> {
      reader.noteRunning(nobody + number)
      reader.remove(process: nobody + number)
    }
    #expect(reader.keptCount == 0)
  }

  @Test func seenAtTheSameTimeIsALock() {
    var reader = WaitReader(processes: [nobody], architecture: .x86_64)
    // A semaphore or a condition of a process whose memory can't be read.
    let frame = SystemCallFrame(number: 202, 0x1000, 0x189, 0, stackPointer: 0x7ffd_0000_0000)
    let second: UInt64 = 1_000_000_000
    func wait(_ tid: CInt, at now: UInt64, of pid: CInt? = nil) -> Wait {
      reader.wait(in: frame, of: tid, in: pid ?? nobody, now: now) { _ in false }
    }
    #expect(wait(nobody + 1, at: second).state == .waitingForWork)
    #expect(wait(nobody + 1, at: second).state == .waitingForWork)
    let together = wait(nobody + 2, at: second + 50_000_000)
    #expect(together.state == .lock)
    #expect(
      together.detail
        == .futex(FutexWait(address: 0x1000, kind: .unknown, waiters: 2)))
    #expect(together.call == "futex")
    // Another process has other memory.
    #expect(wait(nobody + 3, at: second + 50_000_000, of: nobody + 3).state == .waitingForWork)
    // Whoever runs doesn't wait, and who was seen long ago isn't there any more.
    reader.noteRunning(nobody + 1)
    #expect(wait(nobody + 2, at: second + 60_000_000).state == .waitingForWork)
    #expect(wait(nobody + 1, at: 9 * second).state == .waitingForWork)
  }
}
