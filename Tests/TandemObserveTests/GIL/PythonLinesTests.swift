import Testing

@testable import TandemObserve

@Suite("Lines of Python's code", .timeLimit(.minutes(5)))
struct PythonLinesTests {
  /// Prints the table of some functions, and the line of each of their instructions by the interpreter itself.
  private static let script = """
    import dis, json, queue, re, textwrap, threading
    def own(a,
            b=1):
        total = 0
        for i in range(
            a
        ):
            try:
                total += (
                    b
                )
            finally:
                total -= 1


        return [x for x in range(total)
                if x]
    functions = [
        own, queue.Queue.get, threading.Thread.start, textwrap.TextWrapper._wrap_chunks, re.compile,
        json.dumps,
    ]
    for code in [function.__code__ for function in functions]:
        table = getattr(code, "co_linetable", None) or code.co_lnotab
        if hasattr(code, "co_lines"):
            spans = list(code.co_lines())
        else:
            starts = list(dis.findlinestarts(code))
            ends = [start for start, _ in starts[1:]] + [len(code.co_code)]
            spans = [(start, end, line) for (start, line), end in zip(starts, ends)]
        text = " ".join("%d:%d:%d" % (start, end, line or 0) for start, end, line in spans)
        print(code.co_firstlineno, table.hex(), text, flush=True)
    print("ready", flush=True)
    """

  @Test("Each instruction has the line that the interpreter says", arguments: FoundPython.measured)
  func lines(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    let format: PythonLines.Format =
      switch python.version.minor {
      case ...9: .increments
      case 10: .ranges
      default: .locations
      }
    var count = 0
    while let text = program.line(), text != "ready" {
      let words = text.split(separator: " ")
      let lines = PythonLines(
        format: format, firstLine: try #require(Int(words[0])), table: Self.bytes(words[1]))
      for word in words.dropFirst(2) {
        let span = word.split(separator: ":").compactMap { Int($0) }
        for place in stride(from: span[0], to: span[1], by: 2) {
          #expect(lines.line(at: place) == (span[2] > 0 ? span[2] : nil), "\(place) of \(text)")
          count += 1
        }
      }
    }
    #expect(count >= 200)
  }

  private static func bytes(_ text: Substring) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  @Test("A table that makes no sense gives no line, and never ends the reader")
  func hostile() {
    for format in [PythonLines.Format.increments, .ranges, .locations] {
      for table: [UInt8] in [
        [], [0xff], [0x7f, 0x7f, 0x7f], [0xf0] + Array(repeating: 0x7f, count: 99),
      ] {
        let lines = PythonLines(format: format, firstLine: 1, table: table)
        for place in [-1, 0, 1, 1_000_000, Int.max] { _ = lines.line(at: place) }
        #expect(lines.line(at: -1) == nil)
      }
    }
    let lines = PythonLines(format: .locations, firstLine: 1, table: [0x00, 0x01])
    #expect(lines.line(at: 0) == nil)
  }
}
