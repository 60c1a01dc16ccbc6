/// How much passes between a program and its worker processes at once.
package enum FrameLimits {
  /// How much room each ring of a pool's worker has, in bytes.
  package static let ringCapacity = 256 << 10
  /// From this many bytes on a payload goes by a memory file of its own.
  package static let sealed = ringCapacity / 4
  /// More bytes than this from one worker are an error, and no reason to run out of memory, unless a pool's
  /// options say otherwise.
  package static let largestResult = 512 << 20
}
