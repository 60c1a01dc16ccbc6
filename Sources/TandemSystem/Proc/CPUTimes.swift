internal import Glibc

/// What the CPUs of the machine did since it was started (proc_stat(5)): of each CPU, and of all together.
///
/// Also in a container this is the whole machine, except where `/proc/stat` itself is made up (LXCFS).
package struct CPUTimes: Sendable, Hashable {
  /// The time of one CPU, or the sum over all, in nanoseconds.
  ///
  /// The kernel gives hundredths of a second, each figure rounded down.
  package struct Times: Sendable, Hashable {
    /// Programs in user mode, also niced ones and virtual machines.
    package var userNS: UInt64
    /// Programs and the kernel's own threads, in the kernel.
    package var systemNS: UInt64
    /// Nothing to do, also while somebody waits for a disk.
    package var idleNS: UInt64
    /// Interrupts and what they left to do.
    package var interruptNS: UInt64
    /// Taken by the host of a virtual machine; nil when the kernel doesn't count it.
    package var stolenNS: UInt64?

    /// Makes a value.
    package init(
      userNS: UInt64 = 0, systemNS: UInt64 = 0, idleNS: UInt64 = 0, interruptNS: UInt64 = 0,
      stolenNS: UInt64? = nil
    ) {
      self.userNS = userNS
      self.systemNS = systemNS
      self.idleNS = idleNS
      self.interruptNS = interruptNS
      self.stolenNS = stolenNS
    }

    /// What was added since an earlier reading; a figure that fell counts as 0.
    ///
    /// - Parameter before: the earlier reading.
    /// - Returns: the differences.
    package func since(_ before: Times) -> Times {
      func growth(_ part: KeyPath<Times, UInt64>) -> UInt64 {
        self[keyPath: part] - min(self[keyPath: part], before[keyPath: part])
      }
      var stolen: UInt64?
      if let now = stolenNS, let then = before.stolenNS { stolen = now - min(now, then) }
      return Times(
        userNS: growth(\.userNS), systemNS: growth(\.systemNS), idleNS: growth(\.idleNS),
        interruptNS: growth(\.interruptNS), stolenNS: stolen)
    }

    /// Adds another CPU's times.
    package static func += (sum: inout Times, other: Times) {
      sum.userNS &+= other.userNS
      sum.systemNS &+= other.systemNS
      sum.idleNS &+= other.idleNS
      sum.interruptNS &+= other.interruptNS
      if let stolen = other.stolenNS { sum.stolenNS = (sum.stolenNS ?? 0) &+ stolen }
    }
  }

  /// The sum over all CPUs.
  package var all: Times
  /// The time of each CPU that is online, by its number.
  package var byCPU: [Int: Times]

  /// The step of every figure: `USER_HZ` is 100 on all of Linux's architectures but one (time(7)), and
  /// sysconf(3) tells.
  package static let tickNS: UInt64 = 1_000_000_000 / UInt64(max(1, sysconf(CInt(_SC_CLK_TCK))))

  /// Makes a value.
  package init(all: Times, byCPU: [Int: Times] = [:]) {
    self.all = all
    self.byCPU = byCPU
  }

  /// Parses the file's text; nil when there is no line for all CPUs.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - tickNS: the unit of its figures, in nanoseconds.
  package init?(_ bytes: some Collection<UInt8>, tickNS: UInt64 = CPUTimes.tickNS) {
    var all: Times?
    var byCPU: [Int: Times] = [:]
    // Lines of interrupts follow, which may be long.
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard line.starts(with: "cpu".utf8) else { break }
      let words = line.dropFirst(3).split(
        separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard let times = Self.times(words.dropFirst().filter { !$0.isEmpty }, tickNS: tickNS) else {
        continue
      }
      if words[0].isEmpty {
        all = times
      } else if let number = Int(String(decoding: words[0], as: UTF8.self)) {
        byCPU[number] = times
      }
    }
    guard let all else { return nil }
    self.init(all: all, byCPU: byCPU)
  }

  /// `user nice system idle iowait irq softirq steal`, of which old kernels lack the last ones.
  private static func times(_ words: [some Collection<UInt8>], tickNS: UInt64) -> Times? {
    var figures: [UInt64] = []
    for word in words.prefix(8) {
      guard let ticks = UInt64(String(decoding: word, as: UTF8.self)) else { return nil }
      let (time, overflow) = ticks.multipliedReportingOverflow(by: tickNS)
      guard !overflow else { return nil }
      figures.append(time)
    }
    guard figures.count >= 4 else { return nil }
    let stolen = figures.count > 7 ? figures[7] : nil
    figures += Array(repeating: 0, count: 8 - figures.count)
    return Times(
      userNS: figures[0] &+ figures[1], systemNS: figures[2], idleNS: figures[3] &+ figures[4],
      interruptNS: figures[5] &+ figures[6], stolenNS: stolen)
  }

  /// Reads the file.
  ///
  /// - Returns: the times; nil when it can't be read.
  package static func read() -> CPUTimes? {
    (try? ProcFile.bytes("/proc/stat")).flatMap { CPUTimes($0) }
  }

  /// The sum over some CPUs.
  ///
  /// - Parameter numbers: the CPUs.
  /// - Returns: their times; nil when one of them isn't there.
  package func sum(of numbers: [Int]) -> Times? {
    var sum = Times()
    for number in numbers {
      guard let times = byCPU[number] else { return nil }
      sum += times
    }
    return sum
  }
}
