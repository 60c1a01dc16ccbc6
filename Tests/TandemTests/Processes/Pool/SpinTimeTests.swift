import Tandem
import TandemSystem
import Testing

@Suite struct SpinTimeTests {
  private func time(
    _ asked: Duration?, workers: Int = 1, pinned: [Int]? = nil, allowed: [Int] = [0, 1, 2, 3],
    quota: CgroupQuota? = nil
  ) -> UInt64 {
    SpinTime.nanoseconds(
      asked: asked, workers: workers, pinned: pinned,
      cpus: CPUs(online: 4, allowed: allowed.count, quota: quota), allowed: allowed)
  }

  @Test func isWhatWasAskedForWhereTheEndsHaveCPUsOfTheirOwn() {
    #expect(time(.seconds(1)) == 1_000_000_000)
    #expect(time(.zero) == 0)
  }

  @Test func isNoneOnOneCPU() {
    #expect(time(.seconds(1), allowed: [2]) == 0)
    #expect(time(nil, allowed: [2]) == 0)
    #expect(time(.seconds(1), pinned: [2], allowed: [2]) == 0)
  }

  @Test func countsTheCPUsOfWorkersThatAreBoundElsewhere() {
    #expect(time(.seconds(1), pinned: [3], allowed: [0]) == 1_000_000_000)
  }

  @Test func isNoneWhereTheShareIsOneCPU() {
    let quota = CgroupQuota(cpus: 1, directory: "/", version: .v2)
    #expect(time(.seconds(1), quota: quota) == 0)
  }

  @Test func isShortByItselfAndOnlyWhereACPUIsToSpare() {
    #expect(time(nil, workers: 3) == 20_000)
    #expect(time(nil, workers: 4) == 0)
  }
}
