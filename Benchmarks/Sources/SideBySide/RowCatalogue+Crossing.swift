extension RowCatalogue {
  /// What Swift programs hold, as the argument of a call.
  static func crossing(_ isQuick: Bool) -> [Row] {
    let copies = isQuick ? 3 : 10
    let bytes: [(way: String, what: String)] = [
      ("data", "Foundation's Data of 16 MiB"), ("string", "a String of 16 MiB"),
      ("simd", "an array of 1,048,576 SIMD4<Float>"),
    ]
    let values: [(way: String, what: String, goal: Double?)] = [
      ("dictionary", "a dictionary of 300,000 strings to integers", 3),
      ("integer-dictionary", "a dictionary of 100,000 integers to strings", 3),
      ("structs", "an array of 100,000 structs of 6 fields", 3),
      ("events", "an array of 25,000 structs of UUID, Date, Data and [String]", 3),
      ("enums", "an array of 100,000 enums with payloads", nil),
      ("strings", "an array of 100,000 strings", nil),
      ("datas", "an array of 10,000 Data of 1 KiB", nil),
      ("dates", "an array of 100,000 Date", nil), ("uuids", "an array of 100,000 UUID", nil),
      ("decimals", "an array of 100,000 Decimal", nil),
      ("nested", "an array of 100,000 arrays of 10 integers", nil),
    ]
    return bytes.map { way, what in
      Row(
        name: "crossing/\(way)", what: "a call with \(what)", unit: "GB/s", better: .higher,
        tandem: .carrier(way, copies), floor: .carrier("bytes", copies),
        floorIs: "the same with a [UInt8] of 16 MiB",
        goals: [Row.Goal(subject: .ratioToFloor, limit: 0.5)])
    }
      + values.map { way, what, goal in
        Row(
          name: "crossing/\(way)", what: "a call with \(what)", unit: "items/s", better: .higher,
          tandem: .carrier(way, copies), floor: .carrier("json-" + way, copies),
          floorIs: "JSONEncoder and JSONDecoder of the same, without a call",
          goals: goal.map { [Row.Goal(subject: .ratioToFloor, limit: $0)] } ?? [])
      }
  }
}
