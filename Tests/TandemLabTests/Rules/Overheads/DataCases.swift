import TandemModel

@testable import TandemLab

extension RulesTests {
  /// The cases of the rules about data and messages between a program's processes.
  static let dataCases: [RuleCase] = [
    .program(
      "a GiB for the workers, mostly copied", .movingDataDominates,
      MadeUpTraffic.captured(system: 1.6),
      says: [
        "At least 954 MiB passed between the program's own processes",
        "python (100) wrote at least 99 %",
        "2 other processes read", "about 1.60 s in the kernel, of 2.00 s",
      ], advises: ["Move less"]),
    .program(
      "who read it may have written as much elsewhere", .movingDataDominates,
      MadeUpTraffic.captured(system: 1.6, toFiles: 1 << 30),
      says: ["passed between the program's own processes; copying"]),
    .program(
      "the same, mostly computed", .movingDataDominates, MadeUpTraffic.captured(system: 0.5),
      says: nil),
    .program(
      "a third in the kernel, but little time for each byte", .movingDataDominates,
      MadeUpTraffic.captured(system: 0.7, inside: 6e8), says: ["700 ms in the kernel"]),
    .program(
      "a third in the kernel, and time for more than moving", .movingDataDominates,
      MadeUpTraffic.captured(system: 0.7, inside: 3e8), says: nil),
    .program(
      "little data", .movingDataDominates, MadeUpTraffic.captured(system: 1.6, inside: 1e6),
      says: nil),
    .program(
      "where the data led isn't known", .movingDataDominates,
      MadeUpTraffic.program([
        MadeUpTraffic.Process(pid: 100, io: MadeUpTraffic.io(1 << 30, 1 << 30, 9, 9), system: 1)
      ]), says: nil),
    .program(
      "one item a message", .tinyTasksDominate, MadeUpTraffic.small(),
      says: [
        "2 worker processes of python (100)", "20 000 messages", "100 µs of CPU time", "50.0 µs",
      ], advises: ["about 18 times as much in each"]),
    .program(
      "one worker", .tinyTasksDominate,
      MadeUpTraffic.program([
        MadeUpTraffic.Process(pid: 100, onCPU: 0.4, io: MadeUpTraffic.io(9, 9, 9_000, 9_000)),
        MadeUpTraffic.Process(
          pid: 101, parent: 100, onCPU: 0.2, io: MadeUpTraffic.io(9, 9, 9_000, 9_000)),
      ]), says: ["1 worker process of python (100) got its work in at least 9 000 messages"]),
    .program(
      "the work takes longer", .tinyTasksDominate, MadeUpTraffic.small(working: 10), says: nil),
    .program(
      "who hands out also computes", .tinyTasksDominate, MadeUpTraffic.small(handing: 20),
      says: nil),
    .program(
      "stages side by side, none of which started the other", .tinyTasksDominate,
      MadeUpTraffic.small(parent: 99), says: nil),
    .program(
      "large messages", .tinyTasksDominate, MadeUpTraffic.small(bytes: 1 << 20), says: nil),
    .program("nothing read", .tinyTasksDominate, MadeUpProgram.good, says: nil),
  ]

  /// The cases of the rule about one process that answers all others.
  static let serverCases: [RuleCase] = [
    .program(
      "four ask one", .oneProcessServesAll, MadeUpTraffic.served(),
      says: [
        "4 processes sent all their requests to one, python (101): about 40 000 "
          + "(20 000 a second)", "waited 6.40 s of the 8.00 s that they lived",
        "ready for one for at least 1.80 s of 2.00 s",
      ], advises: ["Ask less often"]),
    .program(
      "the one has time", .oneProcessServesAll, MadeUpTraffic.served(busy: 0.5), says: nil),
    .program(
      "the one was busy before they asked", .oneProcessServesAll,
      MadeUpTraffic.served(before: 10, busy: 11), says: nil),
    .program(
      "the others compute", .oneProcessServesAll, MadeUpTraffic.served(clientWaits: 0.4),
      says: nil),
    .program(
      "the others ask several", .oneProcessServesAll, MadeUpTraffic.served(alone: false),
      says: nil),
  ]
}
