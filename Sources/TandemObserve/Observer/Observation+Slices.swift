import TandemModel

extension Observation {
  /// The length of a span to begin with; longer ones for observations of hours.
  private static let spanNS: UInt64 = 1_000
  private static let mostSpans: UInt64 = 1 << 40
  /// The share of a wait's kind that was seen to be alike, from which on the wait has that state.
  private static let nearlyAll = 0.9

  /// What each worker did, slice by slice.
  ///
  /// - Parameters:
  ///   - tracks: The workers, in the order of the report.
  ///   - gilWaits: In which processes waits for a GIL were too short to tell.
  /// - Returns: The slices; nil where they weren't kept, or not all of them are known.
  func slices(of tracks: [WorkerTrack], _ gilWaits: GILWaits) -> TimelineSlices? {
    let store = tally.segments
    guard store.areKept, !store.isIncomplete, switches == .exact, lostRecords == 0,
      endedNS > beganNS
    else { return nil }
    var unit = Self.spanNS
    while (endedNS - beganNS) / unit >= Self.mostSpans { unit *= 10 }
    let rows = tracks.enumerated().map { place, track in
      var row = SliceText()
      let like = tally.mix(like: track)
      for segment in track.segments {
        let (from, to) = (max(segment.fromNS, beganNS), min(segment.toNS, endedNS))
        guard to > from else { continue }
        let states = gilWaits.cleared(segment.doing.states(track.mix, like: like), of: track.pid)
        row.add(
          Self.state(states), from: Int((from - beganNS + unit / 2) / unit),
          to: Int((to - beganNS + unit / 2) / unit))
      }
      return row.finished(worker: place)
    }
    return TimelineSlices(
      spanSeconds: Double(unit) / 1e9, spans: Int((endedNS - beganNS + unit - 1) / unit), rows: rows
    )
  }

  private static func state(_ shares: StateTable) -> WorkerState {
    guard let most = shares.largest, shares[most] >= nearlyAll * shares.sum else {
      return shares[.other] > shares[.tooShort] ? .other : .tooShort
    }
    return most
  }
}

/// A row of slices while it is written.
private struct SliceText {
  private var text = ""
  private var first: Int?
  private var end = 0
  private var run: (state: WorkerState, length: Int)?

  /// Appends a slice; what is shorter than half a span may vanish.
  mutating func add(_ state: WorkerState, from: Int, to: Int) {
    let from = max(from, end)
    guard to > from else { return }
    if first == nil {
      first = from
      end = from
    }
    if from > end {
      flush()
      write("_", from - end)
    }
    if run?.state == state {
      run?.length += to - from
    } else {
      flush()
      run = (state, to - from)
    }
    end = to
  }

  mutating func finished(worker: Int) -> TimelineSlices.Row {
    flush()
    return TimelineSlices.Row(worker: worker, first: first ?? 0, states: text)
  }

  private mutating func flush() {
    if let run { write(run.state.letter, run.length) }
    run = nil
  }

  private mutating func write(_ letter: Character, _ length: Int) {
    text.append(letter)
    if length > 1 { text += String(length) }
  }
}
