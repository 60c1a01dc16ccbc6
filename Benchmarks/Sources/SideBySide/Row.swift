/// One row of the comparison.
struct Row {
  /// Which way a figure is good.
  enum Better: String {
    case higher, lower
  }

  /// A number to reach: Tandem's figure, or its ratio to somebody else's, and its limit.
  struct Goal {
    /// What is compared with the limit.
    enum Subject {
      /// Tandem's median, in the row's unit.
      case median
      /// Tandem's 99th percentile, in the row's unit.
      case p99
      /// Tandem ÷ floor.
      case ratioToFloor
      /// Tandem ÷ a peer of this name.
      case ratioToPeer(String)
    }

    var subject: Subject
    /// At most this when lower is better, otherwise at least this.
    var limit: Double
  }

  /// A short name, for `--rows` and for readers of the JSON.
  var name: String
  /// What is measured.
  var what: String
  var unit: String
  var better: Better
  /// What measures Tandem; nil when there is nothing to measure yet, and `whyNot` says why.
  var tandem: Participant?
  var whyNot: String?
  var floor: Participant?
  /// What the floor is.
  var floorIs: String?
  /// Further figures to read the row by.
  var also: [(name: String, participant: Participant)] = []
  var peers: [Participant] = []
  var goals: [Goal] = []

  /// Everybody who takes part.
  var participants: [Participant] {
    [tandem, floor].compactMap(\.self) + also.map(\.participant) + peers
  }
}
