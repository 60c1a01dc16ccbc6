/// One side of a row: who is asked for what, and where it runs.
struct Participant: Hashable {
  /// Who is measured.
  enum Side: Hashable {
    case tandem, floor, peer
    /// Tandem in a program with Foundation, and Foundation's own coders in it.
    case carrier
    /// `tandem explain`, which measures what it costs the program that it observes.
    case observer
  }

  var side: Side
  /// The row as the contestant knows it, or the floor's name.
  var row: String
  /// The peer's name, or in which of Tandem's ways.
  var peer: String
  /// Samples, or items, in one block.
  var count: Int
  var workers = 2
  var placement = Placement.free
  /// The size of a load that is observed.
  var scale = 1.0

  /// A C loop.
  static func floor(_ name: String, _ count: Int) -> Participant {
    Participant(side: .floor, row: name, peer: "", count: count)
  }

  /// Tandem.
  static func tandem(
    _ row: String, _ way: String, _ count: Int, workers: Int = 2, at placement: Placement = .free
  ) -> Participant {
    Participant(
      side: .tandem, row: row, peer: way, count: count, workers: workers, placement: placement)
  }

  /// Tandem with Foundation's types, or with what they are compared with.
  static func carrier(_ way: String, _ count: Int) -> Participant {
    Participant(side: .carrier, row: "crossing", peer: way, count: count, workers: 1)
  }

  /// What observing a load costs.
  ///
  /// - Parameters:
  ///   - load: the load as `floors` knows it.
  ///   - pairs: how often it is run as it is and observed in a block.
  ///   - scale: the size of the load; 1 is some seconds.
  ///   - cpus: for how many CPUs the observed program pays; nil for those that there are.
  /// - Returns: the participant.
  static func observed(
    _ load: String, pairs: Int, scale: Double, cpus: Int? = nil
  ) -> Participant {
    var participant = Participant(
      side: .observer, row: load, peer: "", count: pairs, workers: cpus ?? 0)
    participant.scale = scale
    return participant
  }

  /// A pool of Python's.
  static func peer(
    _ row: String, _ peer: String, _ count: Int, workers: Int = 2, at placement: Placement = .free
  ) -> Participant {
    Participant(
      side: .peer, row: row, peer: peer, count: count, workers: workers, placement: placement)
  }

  /// What it is asked.
  var request: Request { Request(row: row, peer: peer, count: count, workers: workers) }
}
