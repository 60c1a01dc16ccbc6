import TandemModel
import TandemObserve

extension PoolMeasure {
  /// How many bytes a measure is.
  static let byteCount = 8 * 18

  /// The measure as it passes through the pipe: whole numbers of 64 bits; all bits set for what is nil.
  ///
  /// The order is fixed here, not coded, because the worker sends it within the timed run: a new process
  /// searches for conformances when it first uses a coder, which takes longer than all of this.
  var bytes: [UInt8] {
    let none = UInt64.max
    let words: [UInt64] = [
      UInt64(bitPattern: Int64(id)), UInt64(items), enteredNS, leftNS, runningNS, sampledNS,
      sampledCPUNS, ioNS ?? none, runnableNS ?? none,
      usage.map { UInt64($0.userSeconds * 1e9) } ?? none,
      usage.map { UInt64($0.systemSeconds * 1e9) } ?? none,
      usage.map { UInt64($0.switches.voluntary) } ?? none,
      usage.map { UInt64($0.switches.involuntary) } ?? none,
      usage.map { UInt64($0.maxResidentKiB) } ?? none,
      memory.map { UInt64($0.pssKiB) } ?? none, memory.map { UInt64($0.ussKiB) } ?? none,
      memory.map { UInt64($0.rssKiB) } ?? none, stackKiB.map { UInt64($0) } ?? none,
    ]
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// Reads a measure; nil when there are not as many bytes as there should be.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = (0..<Self.byteCount / 8).map { index in
      (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[bytes.startIndex + 8 * index + $1]) << UInt64(8 * $1)
      }
    }
    func some(_ index: Int) -> UInt64? { words[index] == .max ? nil : words[index] }
    self.init(
      id: Int32(truncatingIfNeeded: words[0]), items: Int(truncatingIfNeeded: words[1]),
      enteredNS: words[2], leftNS: words[3], runningNS: words[4], sampledNS: words[5],
      sampledCPUNS: words[6], ioNS: some(7), runnableNS: some(8))
    if let user = some(9), let system = some(10), let voluntary = some(11),
      let involuntary = some(12), let resident = some(13)
    {
      usage = ResourceUsage(
        userSeconds: Double(user) / 1e9, systemSeconds: Double(system) / 1e9,
        switches: ContextSwitches(
          voluntary: Double(voluntary), involuntary: Double(involuntary)),
        maxResidentKiB: Int(clamping: resident))
    }
    if let pss = some(14), let uss = some(15), let rss = some(16) {
      memory = ProcessMemory(
        pssKiB: Int(clamping: pss), ussKiB: Int(clamping: uss), rssKiB: Int(clamping: rss),
        swapKiB: 0)
    }
    stackKiB = some(17).map { Int(clamping: $0) }
  }
}
