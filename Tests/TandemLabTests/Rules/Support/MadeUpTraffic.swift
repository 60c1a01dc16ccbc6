import TandemModel

/// Made-up programs whose processes send each other data.
enum MadeUpTraffic {
  /// A process of one thread.
  struct Process {
    var pid: Int32
    var parent: Int32?
    var onCPU = 1.0
    var waiting = 1.0
    var io = WorkerIO(readBytes: 0, writtenBytes: 0, reads: 0, writes: 0)
    var waits = 1.0
    var system: Double?
    var before = 0.0
    var partners: [Int32] = []
  }

  /// What a process moved.
  static func io(_ readBytes: Int, _ writtenBytes: Int, _ reads: Int, _ writes: Int) -> WorkerIO {
    WorkerIO(readBytes: readBytes, writtenBytes: writtenBytes, reads: reads, writes: writes)
  }

  /// A program of these processes, of which the first is the program's own.
  static func program(
    _ processes: [Process], inside: Double? = nil, gil: [ObservedGIL] = []
  ) -> ExplainReport {
    let workers = processes.enumerated().map { index, process in
      var worker = MadeUpProgram.worker(
        [.onCPU: process.onCPU, .waitingForWork: process.waiting],
        kind: index == 0 ? .main : .process, name: "python", pid: process.pid, tid: process.pid,
        from: -process.before)
      worker.io = process.io
      worker.switches?.voluntary = process.waits
      return worker
    }
    var report = MadeUpProgram.program(
      Array(workers.dropFirst()), wall: 2, shares: [.onCPU: 2], gil: gil)
    report.workers = workers
    let cpu = processes.reduce(0) { $0 + $1.onCPU }
    report.totals = StateSeconds([.onCPU: cpu, .waitingForWork: 1])
    var all = io(0, 0, 0, 0)
    for process in processes {
      all.readBytes += process.io.readBytes
      all.writtenBytes += process.io.writtenBytes
      all.reads += process.io.reads
      all.writes += process.io.writes
    }
    report.data = ProgramData(
      all: all, insideBytes: inside,
      processes: processes.map {
        ProcessData(
          pid: $0.pid, parent: $0.parent, all: $0.io, systemSeconds: $0.system,
          partners: $0.partners)
      })
    return report
  }

  /// One process writes a GiB, which two others read, at so much CPU time in the kernel.
  static func captured(
    system: Double, inside: Double = 1e9, toFiles: Int = 500
  ) -> ExplainReport {
    let gib = 1 << 30
    return program(
      [
        Process(
          pid: 100, onCPU: 0.8, io: io(1_000, gib, 10, 40), system: system / 2),
        Process(
          pid: 101, parent: 100, onCPU: 0.6, io: io(gib / 2, toFiles, 8_000, 20), system: system / 4
        ),
        Process(
          pid: 102, parent: 100, onCPU: 0.6, io: io(gib / 2, 500, 8_000, 20), system: system / 4),
      ], inside: inside)
  }

  /// A process hands out 20 000 items, one a message.
  static func small(
    handing: Double = 2, working: Double = 0.5, parent: Int32 = 100, bytes: Int = 200
  ) -> ExplainReport {
    func worker(_ pid: Int32) -> Process {
      Process(
        pid: pid, parent: parent, onCPU: working,
        io: io(bytes * 10_000, 1_000_000, 20_000, 10_000), waits: 8_000)
    }
    return program([
      Process(
        pid: 100, onCPU: handing, io: io(2_000_000, bytes * 20_000, 40_000, 20_000), waits: 60_000),
      worker(101), worker(102),
    ])
  }

  /// Four processes ask one 10 000 times each.
  static func served(
    before: Double = 0, busy: Double = 1.8, clientWaits: Double = 1.6, alone: Bool = true
  ) -> ExplainReport {
    let clients = (0..<4).map { index in
      Process(
        pid: 200 + Int32(index), parent: 100, onCPU: 2 - clientWaits, waiting: clientWaits,
        io: io(300_000, 500_000, 20_000, 10_000), waits: 10_000,
        partners: alone ? [101] : [101, 102])
    }
    return program(
      [
        Process(pid: 100, onCPU: 0.1, waiting: 1.9),
        Process(
          pid: 101, parent: 100, onCPU: busy, waiting: before + 2 - busy,
          io: io(2_000_000, 1_200_000, 80_000, 40_000), waits: 40_000, before: before,
          partners: [200, 201, 202, 203]),
      ] + clients)
  }
}
