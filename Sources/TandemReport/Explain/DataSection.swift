import TandemModel
import TandemText

/// What passed between the program's own processes.
struct DataSection: Section {
  /// The report.
  var report: ExplainReport

  /// Fewer bytes than this are no line worth.
  private static let leastBytes = 1_048_576.0

  /// The section's lines; none where hardly anything is known to have passed.
  func lines(width: Int) -> [StyledLine] {
    guard let data = report.data, let inside = data.insideBytes, inside >= Self.leastBytes else {
      return []
    }
    let calls = data.all.reads + data.all.writes
    let text = """
      At least \(FigureText.memory(kib: inside / 1024)) passed through pipes and sockets, of \
      \(FigureText.memory(kib: Double(data.all.readBytes) / 1024)) that were read and \
      \(FigureText.memory(kib: Double(data.all.writtenBytes) / 1024)) that were written, in \
      \(FigureText.count(calls, "call")).
      """
    return [.heading("Data between the program's own processes")]
      + StyledLine.wrapped(text, after: "  ", width: width)
  }
}
