import Testing

@testable import TandemObserve

@Suite("Where a process's data can lead")
struct DescriptorScanTests {
  private typealias Direction = DescriptorScan.Direction

  @Test("Everything leads inside at both moments")
  func inside() {
    let only = Direction(leadsInside: true)
    #expect(only.inside(1_000, since: only) == 1_000)
  }

  @Test("Something leads out, or nothing leads inside, at one of them")
  func outside() {
    let only = Direction(leadsInside: true)
    let both = Direction(leadsInside: true, leadsOutside: true)
    for other in [both, Direction(), Direction(leadsOutside: true)] {
      #expect(only.inside(1_000, since: other) == nil)
      #expect(other.inside(1_000, since: only) == nil)
    }
  }

  @Test("What went to a file that is a standard stream is taken off")
  func files() {
    let before = Direction(leadsInside: true, position: 500)
    #expect(Direction(leadsInside: true, position: 800).inside(1_000, since: before) == 700)
    #expect(Direction(leadsInside: true, position: 9_000).inside(1_000, since: before) == 0)
    // It was cut off, or another file is there now.
    #expect(Direction(leadsInside: true, position: 100).inside(1_000, since: before) == nil)
  }
}
