import Foundation
import TandemSystem
import TandemWire

/// Feeds the decoders of TandemWire mutated bytes, the same in every run with the same seed.
///
/// It ends with 0 when every input gave a value or an error, and memory stayed within its bound. A trap
/// or a touch of a guarded page ends it by a signal; it then says which input that was. Each input
/// depends on the seed and its number alone: `--first NUMBER --count 1` gives it again.
@main
struct WireFuzz {
  private static let usage = """
    usage: WireFuzz [--count N] [--seed N] [--first N] [--bound MIB] [--seconds S]
      --count    how many inputs (1000000)
      --seed     what they are made from (1)
      --first    the number of the first one (0)
      --bound    how much memory may be taken beyond that at the start, in MiB (32)
      --seconds  ends after so long, if earlier (none)
    """

  private struct Options {
    var count: UInt64 = 1_000_000
    var seed: UInt64 = 1
    var first: UInt64 = 0
    var bound: UInt64 = 32
    var seconds: UInt64?

    init?(_ arguments: [String]) {
      var rest = arguments[...]
      while let name = rest.popFirst() {
        guard let value = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
        switch name {
        case "--count": count = value
        case "--seed": seed = value
        case "--first": first = value
        case "--bound": bound = value
        case "--seconds": seconds = value
        default: return nil
        }
      }
    }
  }

  /// How much memory the process has had at once, in bytes (getrusage(2)).
  private static func peakResident() -> UInt64 {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return UInt64(usage.ru_maxrss) << 10
  }

  /// Lets address space that is reserved and never touched count as well (setrlimit(2)).
  ///
  /// - Parameter bytes: how much more there may be than now.
  /// - Returns: whether that could be done; under a sanitizer, which reserves terabytes, it can't.
  private static func limitAddressSpace(to bytes: UInt64) -> Bool {
    guard let file = fopen("/proc/self/statm", "r") else { return false }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, 128, file) != nil else { return false }
    // The first number counts pages (proc(5)).
    let now = UInt64(strtoull(text, nil, 10)) * UInt64(sysconf(CInt(_SC_PAGESIZE)))
    guard now > 0, now < 1 << 40 else { return false }
    var limit = rlimit(rlim_cur: rlim_t(now + bytes), rlim_max: .max)
    return setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
  }

  static func main() throws {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      print(usage)
      exit(64)
    }
    let messages = try Corpus.messages()
    var targets: [any Target] = [
      DecoderTarget(Wide.self, messages), DecoderTarget(Optionals.self, messages),
      DecoderTarget(Shape.self, messages), DecoderTarget(Tree.self, messages),
      DecoderTarget(Many.self, messages), DecoderTarget([Many].self, messages),
      DecoderTarget([[Int]].self, messages), DecoderTarget([Int32].self, messages),
      DecoderTarget([UInt128].self, messages), DecoderTarget([Double].self, messages),
      DecoderTarget([UInt8].self, messages), DecoderTarget([Bool].self, messages),
      DecoderTarget([Int?].self, messages), DecoderTarget([String].self, messages),
      DecoderTarget([String: [Int16]].self, messages), DecoderTarget([Int: String].self, messages),
      DecoderTarget(Set<Int8>.self, messages), DecoderTarget([String: Int].self, messages),
      DecoderTarget([SIMD3<Float>].self, messages), DecoderTarget(SIMD16<UInt8>.self, messages),
      DecoderTarget([SIMD16<UInt8>].self, messages), DecoderTarget(Data.self, messages),
      DecoderTarget([Data].self, messages), DecoderTarget([Date].self, messages),
      DecoderTarget([UUID].self, messages), DecoderTarget(Stamped.self, messages),
      DecoderTarget([Int: String].self, messages), DecoderTarget([Int???].self, messages),
      DecoderTarget([String: [Int: Double]].self, messages), LentTarget(),
      DecoderTarget(UInt128.self, messages), DecoderTarget(Int.self, messages),
      DecoderTarget(String.self, messages), DecoderTarget(Explorer.self, messages),
      FrameTarget(messages), FrameTarget(messages), FrameTarget(messages),
      RingTarget(), RingTarget(), RingTarget(),
    ]
    Crash.report()
    let atStart = peakResident()
    let bound = options.bound << 20
    let limited = limitAddressSpace(to: bound)
    let clock = ContinuousClock()
    let began = clock.now
    var (done, accepted) = (UInt64(0), UInt64(0))
    for number in options.first..<(options.first &+ options.count) {
      Crash.number = number
      var random = SplitMix64(seed: options.seed &* 0xD134_2543_DE82_EF95 &+ number)
      if targets[Int(number % UInt64(targets.count))].feed(&random) { accepted += 1 }
      done += 1
      if done % 16384 == 0, let seconds = options.seconds,
        clock.now - began > .seconds(Int64(seconds))
      {
        break
      }
    }
    let elapsed = clock.now - began
    let grown = peakResident() - atStart
    print(
      """
      \(done) inputs from seed \(options.seed): \(accepted) accepted, \(done - accepted) refused
      \(elapsed) altogether, \(elapsed / Int(max(done, 1))) each
      peak memory \(atStart >> 10) KiB at the start, \(grown >> 10) KiB more at the end \
      (bound \(options.bound << 10) KiB\(limited ? ", address space too" : ""))
      """)
    if grown > bound {
      print("FAILED: memory grew beyond its bound")
      exit(1)
    }
    // Mutations that break everything, or nothing, find nothing.
    if done >= 10_000, accepted < done / 50 || accepted > done / 2 {
      print("FAILED: the mutations are not what they should be")
      exit(1)
    }
  }
}

/// Says which input it was before a signal ends the process.
enum Crash {
  /// The input that is being fed.
  nonisolated(unsafe) static var number: UInt64 = 0

  static func report() {
    for fatal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
      signal(fatal) { fatal in
        // Only what signal-safety(7) allows.
        var digits: InlineArray<32, UInt8> = .init(repeating: 0x0A)
        var (rest, start) = (Crash.number, 31)
        repeat {
          start -= 1
          digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
          rest /= 10
        } while rest > 0
        let words: StaticString = "FAILED: ended by input number "
        write(2, words.utf8Start, words.utf8CodeUnitCount)
        withUnsafeBytes(of: &digits) { bytes in
          if let first = bytes.baseAddress { _ = write(2, first + start, 32 - start) }
        }
        signal(fatal, SIG_DFL)
        raise(fatal)
      }
    }
  }
}
