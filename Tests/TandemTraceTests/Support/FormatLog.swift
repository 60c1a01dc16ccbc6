@testable import TandemTrace

/// Keeps the parts of a trace.
///
/// Used on one thread.
final class FormatLog: TraceFormat, @unchecked Sendable {
  var tracks: [TraceTrack] = []
  var slices: [TraceSlice] = []
  var values: [(track: TraceTrack.ID, value: Double, atNS: UInt64)] = []
  var runs: [CPURun] = []
  var hasEnded = false

  var byteCount: Int { 0 }
  func take() -> [UInt8] { [] }
  func begin(_ start: TraceStart) {}
  func declare(_ track: TraceTrack) { tracks.append(track) }
  func add(_ slice: TraceSlice) { slices.append(slice) }
  func add(_ value: Double, to track: TraceTrack.ID, atNS: UInt64) {
    values.append((track, value, atNS))
  }
  func add(_ run: CPURun) { runs.append(run) }
  func end() { hasEnded = true }

  /// The last track of a name.
  func track(_ name: String) -> TraceTrack? { tracks.last { $0.name == name } }

  /// The slices of a track.
  func slices(on track: TraceTrack?) -> [TraceSlice] { slices.filter { $0.track == track?.id } }
}
