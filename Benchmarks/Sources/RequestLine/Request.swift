/// What side-by-side asks for: `ROW WAY COUNT WORKERS CPU FILE LIMIT BUDGET`, with `-` for what does
/// not apply.
package struct Request {
  package var row: String
  /// In which of Tandem's ways.
  package var way: String
  /// How many samples, or for rates how many items.
  package var count: Int
  /// Workers of the pool.
  package var workers: Int
  /// The CPU that workers are put on; nil leaves them where they are.
  package var workerCPU: Int32?
  /// A file that a dying worker writes the time to.
  package var path: String
  /// How long an error may take before it counts as none, in seconds.
  package var limit: Double
  /// How long a block of deaths may take, in seconds.
  package var budget: Double

  /// Reads a request; nil when the line is none.
  package init?(_ line: String) {
    let words = line.split(separator: " ")
    guard words.count == 8, let count = Int(words[2]), let workers = Int(words[3]),
      let limit = Double(words[6]), let budget = Double(words[7])
    else { return nil }
    row = String(words[0])
    way = String(words[1])
    self.count = count
    self.workers = workers
    workerCPU = Int32(words[4])
    path = String(words[5])
    self.limit = limit
    self.budget = budget
  }
}

/// What came out.
package struct Answer {
  /// The block's samples, in the row's unit.
  package var samples: [Double]?
  /// What the figures don't say.
  package var notes: [String] = []
  /// Why the row isn't measured.
  package var skipped: String?
  /// What went wrong.
  package var error: String?

  /// An answer.
  ///
  /// - Parameters:
  ///   - samples: the block's samples, in the row's unit.
  ///   - notes: what the figures don't say.
  ///   - skipped: why the row isn't measured.
  ///   - error: what went wrong.
  package init(
    samples: [Double]? = nil, notes: [String] = [], skipped: String? = nil, error: String? = nil
  ) {
    self.samples = samples
    self.notes = notes
    self.skipped = skipped
    self.error = error
  }

  /// The answer as a line of JSON.
  package var json: String {
    var members: [String] = []
    if let samples {
      members.append("\"samples\":[\(samples.map { "\($0)" }.joined(separator: ","))]")
      members.append("\"notes\":[\(notes.map(Self.quoted).joined(separator: ","))]")
    }
    if let skipped { members.append("\"skipped\":\(Self.quoted(skipped))") }
    if let error { members.append("\"error\":\(Self.quoted(error))") }
    return "{\(members.joined(separator: ","))}"
  }

  /// A string of JSON (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case _ where scalar.value < 0x20: quoted += " "
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
