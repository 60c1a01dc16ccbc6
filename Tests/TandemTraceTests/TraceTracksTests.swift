import Testing

@testable import TandemTrace

/// Which row belongs to whom.
struct TraceTracksTests {
  @Test func aProcessIsCalledLikeItsFirstThread() {
    var tracks = TraceTracks()
    let first = tracks.thread(5, of: 5)
    #expect(tracks.fresh.map(\.kind) == [.process(pid: 5), .thread(tid: 5, pid: 5)])
    #expect(tracks.fresh.map(\.name) == ["", ""] && first.parent == tracks.fresh[0].id)
    let named = tracks.thread(5, of: 5, name: "cat")
    #expect(named.id == first.id)
    #expect(tracks.fresh.dropFirst(2).map(\.name) == ["cat", "cat"])
    _ = tracks.thread(6, of: 5, name: "cat")
    #expect(tracks.fresh.last?.parent == tracks.fresh[0].id)
    let count = tracks.fresh.count
    _ = tracks.thread(5, of: 5, name: "cat")
    _ = tracks.thread(5, of: 5)
    #expect(tracks.fresh.count == count)
  }

  @Test func aNumberThatComesAgainIsAnotherThread() {
    var tracks = TraceTracks()
    let first = tracks.thread(6, of: 5)
    tracks.end(6)
    let second = tracks.thread(6, of: 5)
    #expect(first.id != second.id && first.parent == second.parent)
    tracks.forget(5, of: 5)
    #expect(tracks.thread(5, of: 5).parent != first.parent)
  }

  @Test func whatComesLateFindsItsProcess() {
    var tracks = TraceTracks()
    let process = tracks.thread(5, of: 5).parent
    tracks.end(5)
    #expect(tracks.process(5).id == process)
  }

  @Test func memoryIsBounded() {
    var tracks = TraceTracks()
    for pid: Int32 in 1...5_000 {
      let thread = tracks.thread(pid, of: pid)
      _ = tracks.other(.memory(pid: pid), under: thread.parent, .numbers(.bytes), "")
      tracks.end(pid)
    }
    #expect(tracks.threads.isEmpty && tracks.processes.count <= 256)
  }

  @Test(arguments: [
    ("plain name", "plain name"), ("<b>", "<b>"), ("a\u{202E}b", "a\u{FFFD}b"),
    ("a\0b\u{1B}[31mc", "a\u{FFFD}bc"), ("שלום", "שלום"), ("\u{FFFD}", "\u{FFFD}"),
  ])
  func namesAreInert(_ text: String, _ safe: String) {
    #expect(TraceText.safe(text) == safe)
  }

  @Test func longNamesAreCut() {
    let safe = TraceText.safe(String(repeating: "x", count: 4_096))
    #expect(safe.hasPrefix("xxx") && safe.hasSuffix("…") && safe.utf8.count < 300)
  }
}
