import Foundation

/// What was measured on, as far as it bears on the figures.
struct Machine {
  var cpuModel: String?
  var cpusOnline: Int
  var cpusAllowed: Int
  var kernel: String
  var memoryMiB: Int?
  /// The 1-minute load average at the start (proc(5), loadavg): above 0.2 or so, others were at work.
  var loadAverage: Double?
  /// nil: the peers were left out.
  var python: String?
  var peers: [String: String?]

  /// Reads the machine.
  static func read(python: String?, peers: [String: String?]) -> Machine {
    var name = utsname()
    uname(&name)
    let kernel = withUnsafeBytes(of: name.release) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    func field(_ path: String, _ key: String) -> String? {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
      return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    }
    let load = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
    let total = field("/proc/meminfo", "MemTotal")?.split(separator: " ").first
    return Machine(
      cpuModel: field("/proc/cpuinfo", "model name"),
      cpusOnline: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      cpusAllowed: Placement.allowedCPUs.count, kernel: kernel,
      memoryMiB: total.flatMap { Int($0) }.map { $0 / 1024 },
      loadAverage: load?.split(separator: " ").first.flatMap { Double($0) },
      python: python, peers: peers)
  }

  /// The machine as JSON.
  var json: JSONValue {
    .object([
      "cpu_model": JSONValue(cpuModel),
      "cpus_online": .integer(cpusOnline),
      "cpus_allowed": .integer(cpusAllowed),
      "kernel": .string(kernel),
      "memory_mib": memoryMiB.map(JSONValue.integer) ?? .null,
      "load_average": JSONValue(loadAverage),
      "python": JSONValue(python),
      "peers": .object(peers.mapValues { JSONValue($0) }),
    ])
  }
}
