import Tandem
import TandemSystem
import Testing

@Suite("When workers are started")
struct StartPolicyTests {
  private static let second: UInt64 = 1_000_000_000

  private static func policy() -> StartPolicy {
    StartPolicy(timeout: .seconds(5), limit: 2, within: .seconds(10))
  }

  @Test("A start that fails is tried again, ever more slowly, until the time is over")
  func backsOff() {
    var policy = Self.policy()
    let begun = 100 * Self.second
    var now = begun
    var tries = 0
    var last: UInt64 = 0
    while case .again(let next) = failed(&policy, begun: now, now: now + 1_000_000) {
      #expect(next > now && next <= begun + 5 * Self.second)
      #expect(next - now >= last || next == begun + 5 * Self.second)
      last = next - now
      now = next
      tries += 1
    }
    #expect(now == begun + 5 * Self.second)
    #expect((8...12).contains(tries), "\(tries)")
    // The next work has the whole time again.
    #expect(policy.deadline(from: now) == now + 5 * Self.second)
    #expect(policy.notBefore <= now + 1_000_000)
  }

  @Test("What can't get better is not tried again")
  func hopeless() {
    var policy = Self.policy()
    #expect(
      policy.couldNotStart(begun: 5, now: 6, mayPass: false, hasWorkers: false) == .giveUp)
  }

  @Test("While there are workers nothing is given up, and the time begins when there are none")
  func withWorkers() {
    var policy = Self.policy()
    var now = 100 * Self.second
    for _ in 0..<20 {
      let next = policy.couldNotStart(begun: now, now: now, mayPass: true, hasWorkers: true)
      #expect(next == .again(at: now + Self.second))
      now += Self.second
    }
    #expect(policy.deadline(from: now) == now + 5 * Self.second)
  }

  @Test("A success ends the failures before it")
  func success() {
    var policy = Self.policy()
    _ = failed(&policy, begun: 1, now: 2)
    #expect(policy.deadline(from: 100) == 1 + 5 * Self.second)
    policy.started()
    #expect(policy.deadline(from: 100) == 100 + 5 * Self.second)
  }

  @Test("Setups that fail one after the other end it; one that succeeds between them doesn't")
  func setups() {
    var policy = Self.policy()
    for _ in 0..<9 {
      policy.setupFailed()
      policy.setupFailed()
      #expect(policy.isWorthTrying)
      policy.becameReady()
    }
    for _ in 0..<3 { policy.setupFailed() }
    #expect(!policy.isWorthTrying)
  }
}

/// A macro's argument can't change a variable.
private func failed(
  _ policy: inout StartPolicy, begun: UInt64, now: UInt64
) -> StartPolicy.AfterFailure {
  policy.couldNotStart(begun: begun, now: now, mayPass: true, hasWorkers: false)
}
