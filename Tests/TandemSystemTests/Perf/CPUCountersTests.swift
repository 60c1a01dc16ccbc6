import Testing

@testable import TandemSystem

/// Counting what a program does, by events that every kernel has.
@Suite(.enabled(if: canRecordSwitches, "the kernel lets nothing be counted here"))
struct CPUCountersTests {
  private static func counts(_ script: String) throws -> (CPUCounters.Counts?, RUsage) {
    var program = try StoppedLaunch.start(path: "/bin/sh", arguments: ["sh", "-c", script])
    let counters = try CPUCounters.ofNextExec(of: program.pid, events: .software)
    #expect(counters.read() == nil, "nothing is counted before the exec")
    try program.release()
    let usage = try program.wait().usage
    return (counters.read(), usage)
  }

  /// Page faults stand in for instructions, and nanoseconds on a CPU for cycles.
  @Test func aProgramAndItsChildrenAreCounted() throws {
    let loop = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
    let (alone, usage) = try Self.counts(loop)
    let one = try #require(alone)
    #expect(one.instructions > 10)
    #expect(one.cycles > 0.5 * Double(usage.cpuNS) && one.cycles < 2 * Double(usage.cpuNS) + 2e7)
    let (several, _) = try Self.counts("for j in 1 2 3 4; do (\(loop)) & done; wait")
    #expect(try #require(several).cycles > 2 * one.cycles)
  }

  @Test func aCountIsScaledToTheWholeTime() {
    #expect(CPUCounters.scaled(10, enabledNS: 100, runningNS: 100) == 10)
    #expect(CPUCounters.scaled(10, enabledNS: 400, runningNS: 100) == 40)
    #expect(CPUCounters.scaled(10, enabledNS: 99, runningNS: 100) == 10)
    #expect(CPUCounters.scaled(10, enabledNS: 100, runningNS: 0) == nil)
    #expect(CPUCounters.scaled(0, enabledNS: 100, runningNS: 100) == nil)
  }
}
