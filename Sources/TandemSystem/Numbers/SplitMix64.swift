/// A small random number generator that repeats its numbers for the same seed, on every machine.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). It isn't
/// cryptographic. It serves resampling and tests that can be repeated, and costs no system call.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Makes a generator.
  ///
  /// - Parameter seed: where the sequence starts; all values are equally good.
  package init(seed: UInt64) {
    self.state = seed
  }

  /// Makes the generator of one use of a seed, so that two uses of one seed don't share numbers.
  ///
  /// - Parameters:
  ///   - seed: the seed of the whole report.
  ///   - use: a name for the use, such as `median/swift-threads`.
  package init(seed: UInt64, use: String) {
    // FNV-1a: Swift's own Hasher is seeded anew in every process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in use.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    self.state = seed ^ hash
  }

  /// The next 64 bits.
  ///
  /// - Returns: every 64-bit value once in a period of 2^64.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to a bound, slightly biased towards small numbers.
  ///
  /// - Parameter bound: the bound; one below 1 counts as 1.
  /// - Returns: a number below the bound.
  package mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next() >> 33) % max(bound, 1)
  }
}
