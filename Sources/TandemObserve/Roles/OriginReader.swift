import TandemModel
import TandemSystem

/// Finds out in which file each thread began, once for each thread.
struct OriginReader {
  /// Code that a process has mapped.
  private struct Code {
    var range: Range<UInt64>
    /// Where in the file the range begins.
    var offset: UInt64
    var file: String
  }

  private struct Process {
    var code: [Code] = []
    var readNS: UInt64 = 0

    func place(of address: UInt64) -> Code? { code.first { $0.range.contains(address) } }
  }

  /// The most processes whose code is kept; beyond that, all are read again.
  private static let mostProcesses = 256
  /// A younger thread may not have begun yet.
  private static let leastAgeNS: UInt64 = 1_000_000
  /// The code of a process is read again no sooner, when a thread began in code that isn't known.
  private static let againNS: UInt64 = 50_000_000
  /// A thread whose function isn't found so often has none.
  private static let mostTries = 3

  private var processes: [Int32: Process] = [:]
  private var tries: [Int32: Int] = [:]

  /// Whether a worker's origin is worth reading now.
  func isDue(_ track: WorkerTrack, nowNS: UInt64) -> Bool {
    track.kind == .thread && track.origin == nil && track.startedNS + Self.leastAgeNS <= nowNS
      && tries[track.tid, default: 0] < Self.mostTries
  }

  /// Reads where a thread began.
  mutating func read(_ track: WorkerTrack, nowNS: UInt64) {
    tries[track.tid, default: 0] += 1
    if processes.count >= Self.mostProcesses, processes[track.pid] == nil { processes = [:] }
    var process = processes[track.pid] ?? Process()
    if process.code.isEmpty || (track.origin == nil && process.readNS + Self.againNS < nowNS) {
      process = Process(code: Self.code(of: track.pid, by: track.tid), readNS: nowNS)
      processes[track.pid] = process
    }
    let address = try? ThreadEntry.address(of: track.tid) { process.place(of: $0) != nil }
    guard let address, let code = process.place(of: address) else { return }
    track.origin = ThreadOrigin(
      file: code.file, offset: address - code.range.lowerBound + code.offset)
    tries[track.tid] = nil
  }

  /// Forgets a process that has ended, or that executed another program.
  mutating func remove(_ pid: Int32) {
    processes[pid] = nil
    if tries.count > 65_536 { tries = [:] }
  }

  private static func code(of pid: Int32, by tid: Int32) -> [Code] {
    var found: [Code] = []
    _ = try? MappedRegion.first(tid, of: pid) { region in
      if region.isExecutable, region.inode != 0 {
        found.append(
          Code(range: region.start..<region.end, offset: region.offset, file: region.name))
      }
      return false
    }
    return found
  }
}
