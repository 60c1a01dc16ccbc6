import FixtureSupport
import Glibc
import Tandem

/// What a process holds, as the kernel tells (proc(5)).
struct ProcessFigures {
  var descriptors = 0
  var threads = 0
  /// In KiB.
  var resident = 0

  init(of process: Int32) {
    descriptors = names(in: "/proc/\(process)/fd").count
    let status = text("/proc/\(process)/status")
    threads = Self.number("Threads:", in: status)
    resident = Self.number("RssAnon:", in: status)
  }

  private static func number(_ field: String, in status: String) -> Int {
    for line in status.split(separator: "\n") where line.hasPrefix(field) {
      return line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap {
        Int($0)
      } ?? 0
    }
    return 0
  }

  /// A process's state, parent and session.
  static func place(of process: Int32) -> (state: Substring, parent: Int32, session: Int32)? {
    let stat = text("/proc/\(process)/stat")
    // The name, in parentheses, may hold anything.
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[end...].dropFirst(2).split(separator: " ")
    guard fields.count > 3, let parent = Int32(fields[1]), let session = Int32(fields[3]) else {
      return nil
    }
    return (fields[0], parent, session)
  }

  /// A process's parent; -1 when it is gone or has ended.
  static func parent(of process: Int32) -> Int32 {
    guard let place = place(of: process), place.state != "Z", place.state != "X" else { return -1 }
    return place.parent
  }
}

/// What the program, its server and its workers hold at one time.
struct Census {
  var program: ProcessFigures
  var server: ProcessFigures?
  var workers: [ProcessFigures] = []
  /// Processes below the program, ended ones that nobody has waited for among them.
  var processes = 0

  /// malloc_trim(3), which Glibc's module map leaves out.
  private static let trim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (Int) -> CInt).self)
  }

  /// Has the allocator keep all memory in one place.
  ///
  /// With one for each thread, as is usual, large blocks that are freed by another thread stay in each, and
  /// a leak would drown in that.
  static func useOneArena() {
    let maximumArenas: CInt = -8
    _ = dlsym(nil, "mallopt").map {
      unsafeBitCast($0, to: (@convention(c) (CInt, CInt) -> CInt).self)(maximumArenas, 1)
    }
  }

  /// What the program's descriptors are, for a look at what has become more.
  let openFiles = names(in: "/proc/self/fd").map { link("/proc/self/fd/\($0)") }

  init() {
    // What the allocator keeps for later is no leak.
    _ = Self.trim?(0)
    program = ProcessFigures(of: getpid())
    program.threads = Self.ownThreads
    program.descriptors = Self.ownDescriptors
    let own = Self.descendants()
    processes = own.count
    for one in own where one.parent == getpid() { server = ProcessFigures(of: one.process) }
    workers = own.filter { $0.parent != getpid() }.map { ProcessFigures(of: $0.process) }
  }

  /// How many threads this program has that have a name of their own.
  ///
  /// Those that Dispatch starts and ends as it likes have the program's.
  private static var ownThreads: Int {
    let names = names(in: "/proc/self/task").map { text("/proc/self/task/\($0)/comm") }
    let own = text("/proc/self/comm")
    return names.count { !$0.isEmpty && $0 != own }
  }

  /// How many descriptors this program has, without those of Dispatch's timers, which come and go, and of files
  /// of /proc, which the watchdog opens for a moment.
  private static var ownDescriptors: Int {
    names(in: "/proc/self/fd").map { link("/proc/self/fd/\($0)") }
      .count { !$0.isEmpty && !$0.hasPrefix("/proc/") && !$0.hasSuffix("[timerfd]") }
  }

  /// The program's children and theirs.
  static func descendants() -> [(process: Int32, parent: Int32)] {
    let all = names(in: "/proc").compactMap { Int32($0) }.compactMap { process in
      ProcessFigures.place(of: process).map { (process: process, parent: $0.parent) }
    }
    let children = all.filter { $0.parent == getpid() }
    let parents = Set(children.map(\.process))
    return children + all.filter { parents.contains($0.parent) }
  }

  var description: String {
    func one(_ figures: ProcessFigures) -> String {
      "\(figures.descriptors) descriptors, \(figures.threads) threads, \(figures.resident) KiB"
    }
    let worker = workers.max { $0.descriptors < $1.descriptors }
    return "\(processes) processes; program \(one(program)); server "
      + "\(server.map { one($0) } ?? "none"); largest of \(workers.count) workers "
      + "\(worker.map { one($0) } ?? "none")"
  }

  var json: String {
    func one(_ figures: ProcessFigures?) -> String {
      guard let figures else { return "null" }
      return
        "{\"descriptors\":\(figures.descriptors),\"threads\":\(figures.threads),"
        + "\"anonymous_kib\":\(figures.resident)}"
    }
    return "{\"processes\":\(processes),\"program\":\(one(program)),\"server\":\(one(server)),"
      + "\"workers\":[\(workers.map { one($0) }.joined(separator: ","))]}"
  }
}

/// The whole text of a file; empty when it can't be read.
func text(_ path: String) -> String {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return "" }
  defer { close(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while case let count = read(file, &chunk, chunk.count), count > 0 {
    bytes.append(contentsOf: chunk[..<count])
  }
  return String(decoding: bytes, as: UTF8.self)
}
