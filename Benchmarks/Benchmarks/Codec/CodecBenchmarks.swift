internal import Benchmark
internal import TandemWire

/// A value of a few fields, as tasks have.
struct Thumbnail: Codable {
  var path: String
  var side: Int
  var isGrey: Bool
  var scale: Double?
}

/// What is encoded and decoded, one benchmark each way.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .instructions], warmupIterations: 10,
    maxDuration: .seconds(1))

  both("Int", 1_234_567, at: .kilo)
  both(
    "struct of 4 fields", Thumbnail(path: "/tmp/a.jpeg", side: 128, isGrey: true, scale: nil),
    at: .kilo)
  both("64 KiB of bytes", [UInt8](repeating: 7, count: 65_536))
  both("dictionary of 100 strings", dictionary)
}

/// Keys as people have them, each with a number.
private let dictionary = Dictionary(
  uniqueKeysWithValues: (0..<100).map { ("key number \($0)", $0) })

/// Registers a benchmark of encoding and one of decoding; what is too short for the clock is done
/// several times for a sample.
private func both<Value: Codable & Sendable>(
  _ name: String, _ value: Value, at scale: BenchmarkScalingFactor = .one
) {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = scale
  Benchmark("encode \(name)", configuration: configuration) { benchmark in
    for _ in benchmark.scaledIterations {
      blackHole(try WireEncoder().encode(value))
    }
  }
  Benchmark("decode \(name)", configuration: configuration) { benchmark in
    let bytes = try WireEncoder().encode(value)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      blackHole(try WireDecoder().decode(Value.self, from: bytes))
    }
  }
}
