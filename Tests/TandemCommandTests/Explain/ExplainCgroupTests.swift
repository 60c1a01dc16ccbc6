import Foundation
import Glibc
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

/// Programs under a quota of CPU time, in a real cgroup of version 1; those of version 2 are made up in
/// `CgroupQuotaTests` and `ProgramCPUsTests`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ExplainCgroupTests {
  /// A cgroup with a fifth of a CPU, removed with the value.
  final class Quota {
    static let folder = "/sys/fs/cgroup/cpu"
    let path = "\(folder)/tandem-test-\(UUID().uuidString)"

    init?() {
      guard mkdir(path, 0o755) == 0 else { return nil }
      guard write("50000", "cpu.cfs_period_us"), write("10000", "cpu.cfs_quota_us") else {
        rmdir(path)
        return nil
      }
    }

    deinit {
      // A process that was killed in it may be there for a moment.
      do {
        try waitUntil("the cgroup to be empty") { rmdir(path) == 0 || errno != EBUSY }
      } catch {
        Issue.record(error)
      }
    }

    private func write(_ text: String, _ name: String) -> Bool {
      (try? text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)) != nil
    }

    /// Seconds that it was stopped.
    var throttledSeconds: Double {
      let bytes = (try? ProcFile.bytes("\(path)/cpu.stat")) ?? []
      return Double(CgroupThrottling(bytes)?.throttledNS ?? 0) / 1e9
    }
  }

  private static let isThere = Quota() != nil

  /// Who is in the cgroup.
  enum Member: String, CaseIterable {
    case both, target, running
  }

  /// Two threads want two CPUs for as long as they have a tenth of a second each, of a fifth of a CPU.
  @Test(
    .enabled("needs root and the cpu controller of version 1") { isThere },
    arguments: Member.allCases, ["exact", "sampled"])
  func itIsThrottled(member: Member, source: String) throws {
    let quota = try #require(Quota())
    let folder = try TemporaryFolder()
    let truths = try FixtureRun.buildDirectory() + "/KnownTruths"
    let enter = "echo $$ >\(quota.path)/cgroup.procs"
    let explain = "\"$TANDEM\" explain --switches \(source) --json report"
    let script =
      switch member {
      case .both: "\(enter); exec \(explain) -- \(truths) threads 2 0.1"
      case .target: "exec \(explain) -- sh -c '\(enter); exec \(truths) threads 2 0.1'"
      case .running:
        """
        sh -c '\(enter); exec \(truths) threads 2 5' & program=$!
        until grep -q . \(quota.path)/cgroup.procs; do :; done
        \(explain) --pid $program --for 1s; code=$?
        kill -KILL $program; exit $code
        """
      }
    let before = quota.throttledSeconds
    let run = try ShellRun(script, folder: folder.path)
    let throttled = quota.throttledSeconds - before
    #expect(run.status == .exited(code: 0), "\(run.error)")
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.machine.cpuQuota == 0.2)
    #expect(report.machine.effectiveCPUs == 1)
    #expect(report.lostCPU.cpus == 1)
    // What the kernel says from before the beginning to after the end is never less.
    let seen = try #require(report.sources.throttledSeconds)
    #expect(seen > 0.2 && seen <= throttled, "\(seen) of \(throttled)")
    if member != .running { #expect(seen > 0.7 * throttled, "\(seen) of \(throttled)") }
    let finding = try #require(report.findings.first { $0.rule == "quota-limits-cpus" })
    #expect(finding.evidence["throttled_s"] == seen)
    #expect(run.error.contains("1 CPU usable") && run.error.contains("a quota of 0.2"))
  }

  @Test func whoIsBoundToACPUHasOne() throws {
    let folder = try TemporaryFolder()
    let cpu = try #require(CPUs.allowedNumbers().first)
    for source in ["auto", "sampled"] {
      let run = try ShellRun(
        """
        exec "$TANDEM" explain --switches \(source) --json report -- \
          taskset -c \(cpu) sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'
        """, folder: folder.path)
      #expect(run.status == .exited(code: 0), "\(run.error)")
      let report = try ExplainDocuments.report("\(folder.path)/report")
      #expect(report.machine.cpusAllowed == 1 && report.machine.effectiveCPUs == 1)
      #expect(report.lostCPU.cpus == 1)
    }
  }
}
