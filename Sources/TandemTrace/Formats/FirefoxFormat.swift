import TandemModel
import TandemReport

/// Writes a trace as a profile for [profiler.firefox.com](https://profiler.firefox.com), in which times on a CPU and waits
/// are markers.
///
/// The form is the
/// [processed profile format](https://github.com/firefox-devtools/profiler/blob/main/src/types/profile.ts), which later
/// versions of the viewer upgrade by themselves. It has all markers of a thread in one place, so they are kept until the
/// end; those for which there is no room are left out, and the profile says how many.
struct FirefoxFormat: TraceFormat {
  /// The version of the form, and that of the browser's own one that it stands for.
  private static let version = 70
  private static let browserVersion = 36
  /// The most markers and values that are kept, of 24 bytes each, and of 50 in the file.
  static let mostKept = 1_000_000

  private var start = TraceStart(monotonicNS: 0, bootNS: 0, realNS: 0, kernel: "")
  private var lastNS: UInt64 = 0
  private var out: [UInt8] = []
  private var rows: [TraceTrack.ID: Row] = [:]
  /// The rows in the order of the file.
  private var order: [TraceTrack.ID] = []
  private var byThread: [Int32: TraceTrack.ID] = [:]
  private var byCPU: [UInt32: TraceTrack.ID] = [:]
  private var strings = Numbered()
  private var payloads = Numbered()
  private var scratch = JSONBytes()
  private var left: Int
  private var leftOut = 0

  /// Makes a format.
  ///
  /// - Parameter mostKept: the most markers and values that are kept.
  init(mostKept: Int = Self.mostKept) { left = mostKept }

  /// What belongs to one row.
  private struct Row {
    var track: TraceTrack
    var pid: String
    var tid: String
    var isMain = false
    var names: [UInt32] = []
    var payloads: [UInt32] = []
    var from: [UInt64] = []
    var to: [UInt64] = []
    var values: [Double] = []

    /// Whether it has markers, as a thread of the viewer has.
    var isThread: Bool {
      switch track.kind {
      case .thread, .slices: true
      case .process, .numbers: false
      }
    }
  }

  /// Texts with a number each.
  private struct Numbered {
    private(set) var texts: [String] = []
    private var numbers: [String: UInt32] = [:]

    mutating func number(_ text: String) -> UInt32 {
      if let number = numbers[text] { return number }
      let number = UInt32(texts.count)
      numbers[text] = number
      texts.append(text)
      return number
    }
  }

  var byteCount: Int { out.count }

  mutating func take() -> [UInt8] {
    defer { out = [] }
    return out
  }

  mutating func begin(_ start: TraceStart) {
    self.start = start
    lastNS = start.monotonicNS
  }

  mutating func declare(_ track: TraceTrack) {
    if rows[track.id] != nil {
      rows[track.id]?.track = track
      return
    }
    let parent = track.parent.flatMap { rows[$0] }
    // Numbers of rows that are no threads are no numbers of Linux.
    var row = Row(track: track, pid: parent?.pid ?? "program", tid: "row \(track.id)")
    switch track.kind {
    case .process(let pid): row.pid = "\(pid)"
    case .thread(let tid, let pid):
      (row.pid, row.tid, row.isMain) = ("\(pid)", "\(tid)", tid == pid)
      byThread[tid] = track.id
    case .numbers:
      // The viewer's counters belong to processes; those of several threads are told apart.
      if let parent, case .thread(let tid, _) = parent.track.kind {
        row.track.name = "\(track.name): thread \(tid)"
      }
    case .slices: break
    }
    add(row)
  }

  private mutating func add(_ row: Row) {
    rows[row.track.id] = row
    order.append(row.track.id)
  }

  mutating func add(_ slice: TraceSlice) {
    scratch.object([("type", "Wait")] + slice.details.map { ($0.name, $0.text) })
    mark(slice.track, slice.name, slice.fromNS, slice.toNS)
  }

  mutating func add(_ run: CPURun) {
    let ending =
      switch run.ending {
      case .preempted: "preempted"
      case .waits: "waits"
      case .exited: "exited"
      case .unknown: "not known"
      }
    if let thread = byThread[run.tid] {
      scratch.object([("type", "CPU"), ("cpu", "\(run.cpu)"), ("then", ending)])
      mark(thread, WorkerState.onCPU.label, run.fromNS, run.toNS)
    }
    let cpu = byCPU[run.cpu] ?? TraceTrack.ID.max - TraceTrack.ID(run.cpu)
    if byCPU[run.cpu] == nil {
      byCPU[run.cpu] = cpu
      let track = TraceTrack(id: cpu, parent: nil, kind: .slices, name: "CPU \(run.cpu)")
      add(Row(track: track, pid: "CPUs", tid: track.name))
    }
    scratch.object([("type", "CPU"), ("thread", "\(run.tid)"), ("then", ending)])
    mark(cpu, run.name, run.fromNS, run.toNS)
  }

  /// Adds a marker, whose payload was written before.
  private mutating func mark(
    _ row: TraceTrack.ID, _ name: String, _ fromNS: UInt64, _ toNS: UInt64
  ) {
    let json = String(decoding: scratch.take(), as: UTF8.self)
    guard hasRoom(toNS) else { return }
    let (name, payload) = (strings.number(name), payloads.number(json))
    rows[row]?.names.append(name)
    rows[row]?.payloads.append(payload)
    rows[row]?.from.append(fromNS)
    rows[row]?.to.append(toNS)
  }

  mutating func add(_ value: Double, to track: TraceTrack.ID, atNS timeNS: UInt64) {
    guard hasRoom(timeNS) else { return }
    rows[track]?.values.append(value)
    rows[track]?.from.append(timeNS)
  }

  private mutating func hasRoom(_ timeNS: UInt64) -> Bool {
    lastNS = max(lastNS, timeNS)
    guard left > 0 else {
      leftOut += 1
      return false
    }
    left -= 1
    return true
  }

  // MARK: The file

  mutating func end() {
    var json = JSONBytes()
    json.put(#"{"meta":"#)
    putMeta(&json)
    json.put(#","libs":[],"shared":"#)
    putShared(&json)
    let threads = order.compactMap { rows[$0] }.filter(\.isThread)
    var processes = ["CPUs": "CPUs", "program": "the whole program"]
    for row in rows.values {
      if case .process = row.track.kind { processes[row.pid] = row.track.name }
    }
    json.put(#","threads":"#)
    json.list(threads) { json, row in put(row, of: processes[row.pid] ?? "", &json) }
    json.put(#","counters":"#)
    json.list(order.compactMap { rows[$0] }.filter { !$0.values.isEmpty }) { json, row in
      let main = threads.firstIndex { $0.pid == row.pid && $0.isMain } ?? 0
      putCounter(row, main, &json)
    }
    json.put("}\n")
    out += json.take()
    (rows, order) = ([:], [])
  }

  private func milliseconds(_ timeNS: UInt64) -> String {
    JSONBytes.decimal(timeNS - min(timeNS, start.monotonicNS), digits: 6)
  }

  private func putMeta(_ json: inout JSONBytes) {
    json.put(#"{"interval":1,"startTime":"# + JSONBytes.decimal(start.realNS, digits: 6))
    json.put(#","profilingStartTime":0,"profilingEndTime":"# + milliseconds(lastNS))
    json.put(#","processType":0,"product":"Tandem","importedFrom":"Tandem","stackwalk":0"#)
    json.put(#","version":\#(Self.browserVersion),"preprocessedProfileVersion":\#(Self.version)"#)
    json.put(#","symbolicated":true,"keepProfileThreadOrder":true,"oscpu":"#)
    json.put(text: "Linux \(start.kernel)")
    json.put(#","categories":"#)
    json.list(Category.all) { json, category in
      json.put(#"{"name":"#)
      json.put(text: category.name)
      json.put(#","color":"\#(category.colour)","subcategories":["Other"]}"#)
    }
    json.put(#","markerSchema":"#)
    json.list([
      ("Wait", ["in", "for", "lock", "waiters"]), ("CPU", ["cpu", "thread", "then"]),
    ]) { json, schema in
      json.put(
        #"{"name":"\#(schema.0)","display":["marker-chart","marker-table","timeline-overview"]"#)
      json.put(#","fields":"#)
      json.list(schema.1) { json, key in
        json.put(#"{"key":"\#(key)","label":"\#(key)","format":"string"}"#)
      }
      json.put("}")
    }
    if leftOut > 0 {
      json.put(
        #","extra":[{"label":"Tandem","entries":[{"label":"left out","format":"string","value":"#)
      json.put(text: "\(leftOut) slices and values that came when \(Self.mostKept) were kept")
      json.put("}]}]")
    }
    json.put("}")
  }

  private func putShared(_ json: inout JSONBytes) {
    json.put(
      #"{"stackTable":{"frame":[],"prefixOffset":[],"length":0},"frameTable":{"address":[],"inlineDepth":[],"#
    )
    json.put(
      #""category":[],"subcategory":[],"func":[],"lib":[],"nativeSymbol":[],"innerWindowID":[],"line":[],"#
    )
    json.put(
      #""column":[],"originalLocation":[],"length":0},"funcTable":{"isJS":[],"relevantForJS":[],"name":[],"#
    )
    json.put(
      #""resource":[],"source":[],"lineNumber":[],"columnNumber":[],"originalLocation":[],"length":0},"#
    )
    json.put(
      #""resourceTable":{"name":[],"host":[],"type":[],"length":0},"nativeSymbols":{"libIndex":[],"address":[],"#
    )
    json.put(
      #""name":[],"functionSize":[],"length":0},"sources":{"id":[],"filename":[],"startLine":[],"startColumn":[],"#
    )
    json.put(
      #""sourceMapURL":[],"content":[],"length":0},"sourceLocationTable":{"source":[],"line":[],"column":[],"#
    )
    json.put(#""length":0},"stringArray":"#)
    json.list(strings.texts) { $0.put(text: $1) }
    json.put("}")
  }

  private func put(_ row: Row, of process: String, _ json: inout JSONBytes) {
    json.put(
      #"{"processType":"default","processStartupTime":0,"processShutdownTime":null,"registerTime":0"#
    )
    json.put(#","unregisterTime":null,"pausedRanges":[],"showMarkersInTimeline":true,"name":"#)
    json.put(text: row.track.name.isEmpty ? "thread \(row.tid)" : row.track.name)
    json.put(#","processName":"#)
    json.put(text: process)
    json.put(#","isMainThread":\#(row.isMain),"pid":"#)
    json.put(text: row.pid)
    json.put(#","tid":"#)
    json.put(text: row.tid)
    // The viewer wants a sample at each end.
    json.put(#","samples":{"stack":[null,null],"time":[0,\#(milliseconds(lastNS))],"weight":null"#)
    json.put(#","weightType":"samples","length":2},"markers":{"data":"#)
    json.list(row.payloads) { $0.put(payloads.texts[Int($1)]) }
    json.put(#","name":"#)
    json.list(row.names) { $0.put("\($1)") }
    json.put(#","startTime":"#)
    json.list(row.from) { $0.put(milliseconds($1)) }
    json.put(#","endTime":"#)
    json.list(row.to) { $0.put(milliseconds($1)) }
    // 0 is a mark, 1 a time.
    json.put(#","phase":"#)
    json.list(row.from.indices) { $0.put(row.to[$1] > row.from[$1] ? "1" : "0") }
    json.put(#","category":"#)
    json.list(row.names) { $0.put("\(Category.number(of: strings.texts[Int($1)]))") }
    json.put(#","length":\#(row.names.count)}}"#)
  }

  private func putCounter(_ row: Row, _ main: Int, _ json: inout JSONBytes) {
    let unit: String
    if case .numbers(.bytes) = row.track.kind { unit = "bytes" } else { unit = "number" }
    json.put(#"{"name":"#)
    json.put(text: row.track.name)
    json.put(#","category":"Tandem","description":"#)
    json.put(text: row.track.name)
    json.put(#","pid":"#)
    json.put(text: row.pid)
    json.put(#","mainThreadIndex":\#(main),"samples":{"time":"#)
    json.list(row.from) { $0.put(milliseconds($1)) }
    // The viewer adds them up.
    json.put(#","count":"#)
    json.list(row.values.indices) { json, index in
      json.put("\(row.values[index] - (index > 0 ? row.values[index - 1] : 0))")
    }
    json.put(
      #","length":\#(row.values.count)},"display":{"graphType":"line-accumulated","unit":"\#(unit)""#
    )
    json.put(#","color":"blue","markerSchemaLocation":null,"sortWeight":0,"label":"#)
    json.put(text: row.track.name)
    json.put(
      #","tooltipRows":[{"type":"value","source":"accumulated","format":{"unit":"\#(unit)"},"label":"#
    )
    json.put(text: row.track.name)
    json.put("}]}}")
  }

  /// A kind of markers, with its colour.
  private struct Category {
    var name: String
    var colour: String

    /// The first one stands for what has none.
    static let all =
      [Category(name: "Other", colour: "grey")]
      + WorkerState.observed.map { Category(name: $0.label, colour: colour(of: $0)) }

    private static let numbers = Dictionary(
      uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

    static func number(of name: String) -> Int { numbers[name] ?? 0 }

    private static func colour(of state: WorkerState) -> String {
      switch state {
      case .onCPU: "green"
      case .runnable: "orange"
      case .gil: "red"
      case .lock: "purple"
      case .io: "blue"
      case .sleep: "lightblue"
      case .child: "brown"
      case .waitingForWork: "darkgrey"
      default: "yellow"
      }
    }
  }
}
