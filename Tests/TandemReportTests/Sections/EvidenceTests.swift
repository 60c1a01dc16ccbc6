import TandemModel
import Testing

@testable import TandemReport

@Suite struct EvidenceTests {
  @Test(arguments: [
    ("Starting took 57.2 ms.", ["wall_s": 0.05718], []),
    ("Starting took 57.2 ms.", ["wall_s": 0.0582], ["wall 58.2 ms"]),
    ("Starting took 93 % of it.", ["start_share": 0.932], []),
    ("Starting took 93 % of it.", ["start_percent": 93.2], []),
    ("412 µs each.", ["start_s_per_worker": 0.000412], []),
    ("No figure.", ["start_s_per_worker": 0.000412], ["start per worker 412 µs"]),
    ("A worker takes 4.80 MiB.", ["pss_kib_per_worker": 4915], []),
    ("A worker takes 4.8 MB.", ["pss_kib_per_worker": 4915], ["pss per worker 4.80 MiB"]),
    ("100 workers on 2 CPUs.", ["workers": 100, "cpus": 2, "runs": 3], ["runs 3"]),
    ("1\u{202F}204 switches.", ["switches": 1204], []),
    ("It is −3.5 less.", ["change": -3.5], []),
    ("It took 2 s.", ["cpus": 2], ["cpus 2"]),
    ("", ["b": 1, "a": 0.25], ["a 0.25", "b 1"]),
  ])
  func onlyWhatTheClaimDoesNotTell(claim: String, evidence: [String: Double], left: [String]) {
    let finding = Finding(
      rule: "made-up", claim: claim, evidence: evidence, potentialGain: nil, advice: "")
    #expect(Evidence.untold(of: finding) == left)
  }
}
