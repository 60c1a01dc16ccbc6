/// What a contestant is asked for: one block of one row.
///
/// A line of JSON for the peers, and of words for Tandem.
struct Request: Codable {
  /// What is measured, such as `latency`.
  var row: String
  /// By which pool of Python's, or in which of Tandem's ways, such as `blocking`.
  var peer: String
  /// How many samples, or for rates how many items; each row says which.
  var count: Int
  /// Workers of the pool.
  var workers: Int
  /// The CPU that workers are put on; nil leaves them where they are.
  var workerCPU: Int32?
  /// A file that a dying worker writes the time to, CLOCK_MONOTONIC in nanoseconds.
  var path: String?
  /// How long an error may take before it counts as none, in seconds.
  var limit: Double = 2
  /// How long a block of deaths may take, in seconds.
  var budget: Double = 10

  /// The line of words; Sources/Contestant/Request.swift reads it.
  var words: String {
    let cpu = workerCPU.map { "\($0)" } ?? "-"
    let way = peer.isEmpty ? "-" : peer
    return "\(row) \(way) \(count) \(workers) \(cpu) \(path ?? "-") \(limit) \(budget)"
  }

  enum CodingKeys: String, CodingKey {
    case row, peer, count, workers
    case workerCPU = "worker_cpu"
    case path
    case limit = "limit_s"
    case budget = "budget_s"
  }
}

/// What a contestant says: one JSON object a line.
struct Answer: Codable {
  /// The block's samples, in the row's unit.
  var samples: [Double]?
  /// What the figures don't say.
  var notes: [String]?
  /// Whether the figures are of something else than what the row asks for; then they are shown, and
  /// not compared.
  var unfit: Bool?
  /// Why the contestant doesn't take part.
  var skipped: String?
  /// What went wrong.
  var error: String?
}

/// What the script with the peers says first.
struct PeerGreeting: Codable {
  /// The interpreter and its version.
  var python: String
  /// The peers of PyPI: their versions, nil for those that aren't installed.
  var peers: [String: String?]
}
