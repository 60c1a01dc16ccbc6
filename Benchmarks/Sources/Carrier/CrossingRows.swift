import Foundation
import RequestLine
import Tandem

/// Calls with what Swift programs hold.
///
/// Every closure stands outside generic code and captures nothing, so that it can cross to a process.
enum CrossingRows {
  private static let clock = ContinuousClock()

  /// One block of a row.
  ///
  /// - Parameter request: what is asked for.
  /// - Returns: the figures.
  /// - Throws: what went wrong.
  static func answer(_ request: Request) throws -> Answer {
    let isJSON = request.way.hasPrefix("json-")
    let way = isJSON ? String(request.way.dropFirst("json-".count)) : request.way
    guard let held = Held(rawValue: way) else {
      return Answer(skipped: "side-by-side doesn't know '\(way)'")
    }
    if isJSON { return Answer(samples: try held.json(request.count)) }
    var options = ProcessPoolOptions()
    options.minimumWorkers = 1
    let pool = try ProcessPool(workers: 1, name: "carrier", options: options)
    _ = try pool.run(1) { $0 }
    return Answer(samples: try held.calls(pool, request.count))
  }

  /// How often something is done a second, times its size; the first time doesn't count.
  static func rates(_ count: Int, size: Double, _ body: () throws -> Void) throws -> [Double] {
    try body()
    return try (0..<count).map { _ in size / (try clock.measure(body) / .seconds(1)) }
  }
}

/// What is held.
enum Held: String {
  case bytes, data, string, simd
  case dictionary
  case integerDictionary = "integer-dictionary"
  case structs, events, enums, strings, datas, dates, uuids, decimals, nested

  /// Calls with it: 10⁹ bytes a second, or items a second.
  func calls(_ pool: ProcessPool, _ count: Int) throws -> [Double] {
    func rates<Value: Sendable>(
      _ value: Value, _ size: Double, _ call: (Value) throws -> Int
    ) throws -> [Double] {
      try CrossingRows.rates(count, size: size) { _ = try call(value) }
    }
    let gigabytes = Double(16 << 20) / 1e9
    return switch self {
    case .bytes: try rates(Values.bytes, gigabytes) { try pool.run($0) { $0.count } }
    case .data: try rates(Data(Values.bytes), gigabytes) { try pool.run($0) { $0.count } }
    case .string: try rates(Values.string, gigabytes) { try pool.run($0) { $0.utf8.count } }
    case .simd: try rates(Values.simd, gigabytes) { try pool.run($0) { $0.count } }
    case .dictionary: try rates(Values.dictionary, 300_000) { try pool.run($0) { $0.count } }
    case .integerDictionary:
      try rates(Values.integerDictionary, 100_000) { try pool.run($0) { $0.count } }
    case .structs: try rates(Values.structs, 100_000) { try pool.run($0) { $0.count } }
    case .events: try rates(Values.events, 25_000) { try pool.run($0) { $0.count } }
    case .enums: try rates(Values.enums, 100_000) { try pool.run($0) { $0.count } }
    case .strings: try rates(Values.strings, 100_000) { try pool.run($0) { $0.count } }
    case .datas: try rates(Values.datas, 10_000) { try pool.run($0) { $0.count } }
    case .dates: try rates(Values.dates, 100_000) { try pool.run($0) { $0.count } }
    case .uuids: try rates(Values.uuids, 100_000) { try pool.run($0) { $0.count } }
    case .decimals: try rates(Values.decimals, 100_000) { try pool.run($0) { $0.count } }
    case .nested: try rates(Values.nested, 100_000) { try pool.run($0) { $0.count } }
    }
  }

  /// Foundation's JSON coders with it: items a second.
  func json(_ count: Int) throws -> [Double] {
    func rates<Value: Codable>(_ value: Value, _ size: Double) throws -> [Double] {
      try CrossingRows.rates(count, size: size) {
        _ = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
      }
    }
    return switch self {
    case .bytes, .data, .string, .simd: []
    case .dictionary: try rates(Values.dictionary, 300_000)
    case .integerDictionary: try rates(Values.integerDictionary, 100_000)
    case .structs: try rates(Values.structs, 100_000)
    case .events: try rates(Values.events, 25_000)
    case .enums: try rates(Values.enums, 100_000)
    case .strings: try rates(Values.strings, 100_000)
    case .datas: try rates(Values.datas, 10_000)
    case .dates: try rates(Values.dates, 100_000)
    case .uuids: try rates(Values.uuids, 100_000)
    case .decimals: try rates(Values.decimals, 100_000)
    case .nested: try rates(Values.nested, 100_000)
    }
  }
}

/// The values themselves.
private enum Values {
  static var bytes: [UInt8] { [UInt8](repeating: 7, count: 16 << 20) }
  static var string: String { String(repeating: "sixteen letters.", count: 1 << 20) }
  static var simd: [SIMD4<Float>] { [SIMD4<Float>](repeating: [1, 2, 3, 4], count: 1 << 20) }
  static var dictionary: [String: Int] {
    Dictionary(uniqueKeysWithValues: (0..<300_000).map { ("key number \($0)", $0) })
  }
  static var integerDictionary: [Int: String] {
    Dictionary(uniqueKeysWithValues: (0..<100_000).map { ($0, "value \($0)") })
  }
  static var structs: [Purchase] {
    (0..<100_000).map {
      Purchase(
        number: $0, customer: "customer \($0)", price: 1.5, pieces: 3, isPaid: true,
        remark: $0 % 2 == 0 ? "fragile" : nil)
    }
  }
  static var events: [Event] {
    (0..<25_000).map {
      Event(
        id: UUID(), at: Date(timeIntervalSinceReferenceDate: Double($0)),
        payload: Data(repeating: 1, count: 100), tags: ["a", "b"])
    }
  }
  static var enums: [Figure] {
    (0..<100_000).map { $0 % 2 == 0 ? .circle(radius: 1.5) : .rectangle(1.5, 2.5) }
  }
  static var strings: [String] { (0..<100_000).map { "string number \($0)" } }
  static var datas: [Data] { (0..<10_000).map { Data(repeating: UInt8($0 % 256), count: 1024) } }
  static var dates: [Date] {
    (0..<100_000).map { Date(timeIntervalSinceReferenceDate: Double($0)) }
  }
  static var uuids: [UUID] { (0..<100_000).map { _ in UUID() } }
  static var decimals: [Decimal] { (0..<100_000).map { Decimal($0) / 100 } }
  static var nested: [[Int]] { (0..<100_000).map { Array($0..<$0 + 10) } }
}

private struct Purchase: Codable, Sendable {
  var number: Int
  var customer: String
  var price: Double
  var pieces: Int32
  var isPaid: Bool
  var remark: String?
}

private struct Event: Codable, Sendable {
  var id: UUID
  var at: Date
  var payload: Data
  var tags: [String]
}

private enum Figure: Codable, Sendable {
  case circle(radius: Double)
  case rectangle(Double, Double)
}
