/// A table of labelled rows that is split into several, never in mid-row, when it is too wide.
///
/// Columns keep their order, and those of one group stay together while they can. The first group
/// that doesn't fit begins another table below, with the labels repeated; so what matters most
/// stands in the first columns. Bars are drawn where room is left.
struct TextTable {
  /// A column.
  struct Column {
    /// One or two lines.
    var heading: [String]
    /// Columns that are read together have the same number, and stand beside each other.
    var group: Int
    /// Whether the column is of bars; they stand behind the column before them, or nowhere.
    var isBar = false
  }

  /// A row.
  struct Row {
    /// What a row holds besides its label.
    enum Content {
      /// One piece a column; for a bar's column, its length from 0 to 1 and its ink.
      case cells([Cell])
      /// A message instead of figures, wrapped beside the label, in the first table only.
      case message(String, Ink)
      /// Nothing: the label is a heading for the rows below it.
      case heading
    }

    /// The first column.
    var label: String
    /// What the label is.
    var ink: Ink = .plain
    /// The rest.
    var content: Content
    /// A line below the row, wrapped, in the first table only.
    var note: String?
  }

  /// A cell.
  enum Cell {
    /// Text, aligned right.
    case text(String, Ink)
    /// A bar: its length as a share of the column, from 0 to 1; nil for none.
    case bar(Double?, Ink)
  }

  /// The heading of the labels.
  var labelHeading: String
  /// The columns, most important first.
  var columns: [Column]
  /// The rows; each with as many cells as there are columns.
  var rows: [Row]

  /// The spaces before the labels.
  static let indent = 2
  /// The spaces between columns.
  static let gap = 2
  /// The columns of the narrowest and of the widest bar.
  static let barWidths = 8...24

  /// The table's lines: one table after the other, an empty line between them.
  func lines(width: Int) -> [StyledLine] {
    let labelWidth = labelWidth(in: width)
    let hasFigures = rows.contains { if case .cells = $0.content { true } else { false } }
    if !hasFigures {
      return rows.flatMap { row in
        self.lines(of: row, [], [:], labelWidth, width, isFirst: true)
      }
    }
    var lines: [StyledLine] = []
    for (index, page) in pages(labelWidth, width).enumerated() {
      if index > 0 { lines.append(StyledLine()) }
      let widths = widths(of: page, labelWidth, width)
      lines += headings(page, widths, labelWidth)
      for row in visibleRows(of: page, isFirst: index == 0) {
        lines += self.lines(of: row, page, widths, labelWidth, width, isFirst: index == 0)
      }
    }
    return lines
  }

  // MARK: Widths

  private func labelWidth(in width: Int) -> Int {
    // The label leaves half of a narrow terminal to the figures.
    let labels = rows.filter { if case .heading = $0.content { false } else { true } }
    let widest = labels.map { TextWidth.columns(of: $0.label) }.max() ?? 0
    return min(max(widest, TextWidth.columns(of: labelHeading)), max(10, width / 2 - Self.indent))
  }

  private func naturalWidth(of column: Int) -> Int {
    if columns[column].isBar { return Self.barWidths.lowerBound }
    var width = columns[column].heading.map { TextWidth.columns(of: $0) }.max() ?? 0
    for row in rows {
      if case .cells(let cells) = row.content, case .text(let text, _) = cells[column] {
        width = max(width, TextWidth.columns(of: text))
      }
    }
    return width
  }

  /// Which columns stand in which table.
  private func pages(_ labelWidth: Int, _ width: Int) -> [[Int]] {
    let room = width - Self.indent - labelWidth
    func needed(_ columns: some Sequence<Int>) -> Int {
      columns.reduce(0) { $0 + Self.gap + naturalWidth(of: $1) }
    }
    let figures = columns.indices.filter { !columns[$0].isBar }
    var groups: [[Int]] = []
    for column in figures {
      let isSame = groups.last?.first.map { columns[$0].group } == columns[column].group
      // A group that is wider than the terminal can't stay together.
      if isSame, needed(groups[groups.count - 1] + [column]) <= room {
        groups[groups.count - 1].append(column)
      } else {
        groups.append([column])
      }
    }
    var pages: [[[Int]]] = []
    for group in groups {
      if let last = pages.last, needed(last.joined()) + needed(group) <= room {
        pages[pages.count - 1].append(group)
      } else {
        pages.append([group])
      }
    }
    // A last table of one group looks lost; it gets its neighbour when the table above can spare it.
    if let last = pages.last, pages.count > 1, last.count == 1,
      let neighbour = pages[pages.count - 2].last, pages[pages.count - 2].count > 1,
      needed(neighbour) + needed(last[0]) <= room
    {
      pages[pages.count - 2].removeLast()
      pages[pages.count - 1].insert(neighbour, at: 0)
    }
    return pages.map { groups in
      let page = Array(groups.joined())
      let bars = columns.indices.filter { bar in
        columns[bar].isBar && page.contains(bar - 1) && needed(page) + needed([bar]) <= room
      }
      return (page + bars).sorted()
    }
  }

  private func widths(of page: [Int], _ labelWidth: Int, _ width: Int) -> [Int: Int] {
    var widths = Dictionary(uniqueKeysWithValues: page.map { ($0, naturalWidth(of: $0)) })
    let used = widths.values.reduce(Self.indent + labelWidth) { $0 + Self.gap + $1 }
    // Bars take the room that is left.
    if let bar = page.first(where: { columns[$0].isBar }), used < width {
      let wanted = Self.barWidths.lowerBound + width - used
      widths[bar] = min(Self.barWidths.upperBound, wanted)
    }
    return widths
  }

  // MARK: Lines

  private func visibleRows(of page: [Int], isFirst: Bool) -> [Row] {
    if isFirst { return rows }
    // Rows without figures here were told of once; a heading stays only above a row that stays.
    var visible: [Row] = []
    var heading: Row?
    for row in rows {
      switch row.content {
      case .heading: heading = row
      case .message: break
      case .cells(let cells):
        let isEmpty = page.allSatisfy { if case .text("", _) = cells[$0] { true } else { false } }
        if isEmpty { continue }
        if let pending = heading { visible.append(pending) }
        heading = nil
        visible.append(row)
      }
    }
    return visible
  }

  private func headings(_ page: [Int], _ widths: [Int: Int], _ labelWidth: Int) -> [StyledLine] {
    let height = page.map { columns[$0].heading.count }.max() ?? 0
    var lines: [StyledLine] = []
    for level in 0..<height {
      var line = StyledLine(String(repeating: " ", count: Self.indent))
      if level == height - 1 {
        line.append(TextWidth.shortened(labelHeading, to: labelWidth), .faint)
      }
      var column = Self.indent + labelWidth
      for index in page {
        let width = widths[index] ?? 0
        column += Self.gap + width
        // Headings of one line stand on the lowest.
        let lineOfHeading = level - (height - columns[index].heading.count)
        guard lineOfHeading >= 0 else { continue }
        let text = TextWidth.shortened(columns[index].heading[lineOfHeading], to: width)
        line.pad(to: columns[index].isBar ? column - width : column - TextWidth.columns(of: text))
        line.append(text, .faint)
      }
      lines.append(line)
    }
    let ruleWidth = widths.values.reduce(labelWidth) { $0 + Self.gap + $1 }
    var rule = StyledLine(String(repeating: " ", count: Self.indent))
    rule.append(String(repeating: "─", count: ruleWidth), .faint)
    return lines + [rule]
  }

  private func head(of row: Row, _ labelWidth: Int, _ width: Int) -> StyledLine {
    var line = StyledLine(String(repeating: " ", count: Self.indent))
    // A heading has the whole line.
    let room = if case .heading = row.content { width - Self.indent } else { labelWidth }
    line.append(TextWidth.shortened(row.label, to: room), row.ink)
    return line
  }

  private func lines(
    of row: Row, _ page: [Int], _ widths: [Int: Int], _ labelWidth: Int, _ width: Int, isFirst: Bool
  ) -> [StyledLine] {
    var lines = [head(of: row, labelWidth, width)]
    switch row.content {
    case .heading:
      break
    case .message(let text, let ink):
      let start = Self.indent + labelWidth + Self.gap
      for (index, part) in TextWidth.wrapped(text, to: max(10, width - start)).enumerated() {
        if index > 0 { lines.append(StyledLine()) }
        lines[index].pad(to: start)
        lines[index].append(part, ink)
      }
    case .cells(let cells):
      var column = Self.indent + labelWidth
      for index in page {
        let cellWidth = widths[index] ?? 0
        switch cells[index] {
        case .text(let text, let ink):
          column += Self.gap + cellWidth
          lines[0].pad(to: column - TextWidth.columns(of: text))
          lines[0].append(text, ink)
        case .bar(let share, let ink):
          lines[0].pad(to: column + Self.gap)
          column += Self.gap + cellWidth
          lines[0].append(Bar.text(share: share, width: cellWidth), ink)
        }
      }
    }
    if isFirst, let note = row.note {
      let start = Self.indent * 2
      for part in TextWidth.wrapped(note, to: max(10, width - start)) {
        var line = StyledLine(String(repeating: " ", count: start))
        line.append(part, .faint)
        lines.append(line)
      }
    }
    return lines
  }
}

/// Bars of block elements (Unicode U+2588 to U+258F), an eighth of a column fine.
enum Bar {
  /// A bar.
  ///
  /// - Parameters:
  ///   - share: The share of the width, from 0 to 1; nil or 0 for none. What is more than 0 shows.
  ///   - width: The columns of a full bar.
  /// - Returns: At most `width` columns.
  static func text(share: Double?, width: Int) -> String {
    guard let share, share.isFinite, share > 0, width > 0 else { return "" }
    let eighths = max(1, Int((min(1, share) * Double(width * 8)).rounded()))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + partial
  }
}
