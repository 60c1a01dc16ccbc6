import TandemModel
import Testing

@testable import TandemObserve

/// What workers are for, by their names, parents, origins and ways of waiting.
@Suite struct WorkerRolesTests {
  private static func worker(
    _ kind: ObservedWorker.Kind = .thread, _ name: String = "worker", pid: Int32 = 10,
    tid: Int32 = 11, parent: Int32? = 10, file: String? = nil, offset: UInt64 = 64,
    onCPU: Double = 1, waiting: Double = 1, voluntary: Double = 10
  ) -> ObservedWorker {
    ObservedWorker(
      kind: kind, pid: pid, tid: tid, name: name, startedSeconds: 0, endedSeconds: 2,
      totals: StateSeconds([.onCPU: onCPU, .waitingForWork: waiting]),
      switches: ContextSwitches(voluntary: voluntary, involuntary: 0), parent: parent,
      beganIn: file.map { ThreadOrigin(file: "/usr/lib/\($0)", offset: offset) })
  }

  private static func roles(
    _ workers: [ObservedWorker], _ runtime: ObservedRuntime.Name? = nil, pythons: Set<Int32> = [],
    helpers: Set<Int32> = []
  ) -> [WorkerRole] {
    var workers = workers
    WorkerRoles(
      runtimes: runtime.map { [10: $0] } ?? [:], pythons: pythons, helpers: helpers, wallSeconds: 2
    ).assign(to: &workers)
    return workers.map(\.role)
  }

  @Test func theProgramsOwn() {
    #expect(
      Self.roles([
        Self.worker(.main, tid: 10, parent: nil), Self.worker(), Self.worker(.process, pid: 12),
        Self.worker(onCPU: 0, waiting: 2),
      ]) == [.main, .worker, .worker, .idle])
  }

  @Test(arguments: [
    "libgomp.so.1.0.0", "libgomp-24e2ab19.so.1.0.0", "libopenblas.so.0", "libiomp5.so",
    "libscipy_openblas64_-32a4b2a6.so",
  ])
  func aLibrarysTeam(file: String) {
    #expect(Self.roles([Self.worker(file: file)]) == [.library])
  }

  @Test func othersLibrariesStartWorkers() {
    #expect(Self.roles([Self.worker(file: "libstdc++.so.6")]) == [.worker])
  }

  @Test func javasOwnAndItsMain() {
    #expect(
      Self.roles(
        [
          Self.worker(.main, "java", tid: 10), Self.worker(.thread, "java", file: "libjli.so"),
          Self.worker(.thread, "GC Thread#0", file: "libjvm.so"),
          Self.worker(.thread, "C2 CompilerThre", file: "libjvm.so"),
          Self.worker(.thread, "pool-1-thread-1", file: "libjvm.so"),
        ], .java) == [.main, .main, .runtime, .runtime, .worker])
    #expect(Self.roles([Self.worker(.thread, "GC Thread#0")]) == [.worker], "no Java, no collector")
  }

  /// Node.js starts six threads before any script; those that begin elsewhere are the script's.
  @Test func nodesOwnAndTheScripts() {
    let own = (0..<6).map { Self.worker(file: "node", offset: $0 == 0 ? 1 : $0 == 5 ? 3 : 2) }
    let workers = (0..<2).map { _ in Self.worker(file: "node", offset: 9) }
    #expect(
      Self.roles(own + workers, .node)
        == Array(repeating: .runtime, count: 6) + [.worker, .worker])
  }

  @Test(arguments: [ObservedRuntime.Name.go, .beam]) func schedulersThreads(
    runtime: ObservedRuntime.Name
  ) {
    #expect(
      Self.roles([Self.worker(), Self.worker(onCPU: 0, waiting: 2)], runtime) == [
        .runtime, .runtime,
      ])
  }

  @Test func dotNets() {
    #expect(
      Self.roles(
        [
          Self.worker(.thread, ".NET TP Worker"), Self.worker(.thread, ".NET Finalizer"),
          Self.worker(.thread, "mine"),
        ], .dotNet) == [.worker, .runtime, .worker])
  }

  /// Beside the processes of a pool, Python's threads that do little each time hand out work.
  @Test func pythonsManagers() {
    let process = Self.worker(.process, pid: 12, tid: 12, parent: 10)
    let busy = Self.worker(voluntary: 100_000)
    let computing = Self.worker(tid: 13, voluntary: 10)
    #expect(Self.roles([process, busy, computing], pythons: [10]) == [.worker, .manager, .worker])
    #expect(Self.roles([process, busy], pythons: []) == [.worker, .worker], "no Python")
    #expect(Self.roles([busy], pythons: [10]) == [.worker], "no processes")
    let tracker = Self.worker(.process, pid: 14, tid: 14, parent: 10)
    #expect(
      Self.roles([tracker, busy], pythons: [10], helpers: [14]) == [.runtime, .worker],
      "a resource tracker is no pool")
    #expect(Self.roles([Self.worker(.thread, "QueueFeederThre")]) == [.feeder])
  }
}
