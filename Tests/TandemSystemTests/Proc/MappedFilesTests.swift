import TandemSystem
import Testing

@Suite("Mapped files")
struct MappedFilesTests {
  @Test("The files that are mapped from their first byte on, in order")
  func files() {
    let text = """
      00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon
      00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/dbus-daemon
      00e03000-00e24000 rw-p 00000000 00:00 0           [heap]
      35b1800000-35b1820000 r-xp 00000000 fd:01 135522  /usr/lib64/ld with spaces  2.15.so
      35b1a21000-35b1a22000 rw-p 00000000 00:00 0
      7f0000000000-7f0000001000 rw-s 00000000 00:01 77  /memfd:tandem-worker (deleted)
      """
    let found = MappedFile.parse(text)
    #expect(
      found.map(\.path) == [
        "/usr/bin/dbus-daemon", "/usr/lib64/ld with spaces  2.15.so",
        "/memfd:tandem-worker (deleted)",
      ])
    #expect(found.map(\.base) == [0x40_0000, 0x35_b180_0000, 0x7f00_0000_0000])
    #expect(found.map(\.identity.device) == ["08:02", "fd:01", "00:01"])
    #expect(found.map(\.identity.inode) == [173_521, 135_522, 77])
  }

  @Test("What is no such line is passed over")
  func nonsense() {
    let lines = [
      "", "   ", "x", "1 2 3 4 5", "zz-yy r 0 0:0 1 /a", "1-2 r 10 0:0 1 /a", "1-2 r 0 0:0 0 /a",
      "1-2 r 0 0:0 -1 /a", "-2 r 0 0:0 1 /a b", "1-2 r 0 0:0 99999999999999999999 /a",
      "99999999999999999-2 r 0 0:0 1 /a", "1-2 r \u{1F600} 0:0 1 /a",
    ]
    for line in lines { #expect(MappedFile.parse(line).isEmpty, "\(line)") }
    #expect(MappedFile.parse(lines.joined(separator: "\n") + "\n1-2 r 0 0:0 1 /a").count == 1)
  }

  @Test("Cut anywhere or changed anywhere, it gives something or nothing")
  func hostile() {
    let text = Array("35b1800000-35b1820000 r-xp 00000000 fd:01 135522  /usr/lib64/ld.so\n".utf8)
    var random = SplitMix64(seed: 1)
    for count in 0...text.count {
      _ = MappedFile.parse(String(decoding: text[..<count], as: UTF8.self))
    }
    for _ in 0..<2000 {
      var changed = text + text
      for _ in 0...random.next() % 5 {
        changed[Int(random.next() % UInt64(changed.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      #expect(MappedFile.parse(String(decoding: changed, as: UTF8.self)).count <= 12)
    }
  }

  @Test("This process has its executable mapped")
  func own() throws {
    let image = try #require(LoadedImage.named(""))
    #expect(LoadedImage.containing(image.code.lowerBound) == image)
    #expect(LoadedImage.containing(1) == nil)
    let files = try MappedFile.all()
    #expect(files.contains { $0.base == image.start })
  }
}
