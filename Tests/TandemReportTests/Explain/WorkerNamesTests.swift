import Testing

@testable import TandemModel
@testable import TandemReport

@Suite struct WorkerNamesTests {
  private func worker(
    _ kind: ObservedWorker.Kind, _ pid: Int32, _ tid: Int32, _ name: String,
    role: WorkerRole? = nil, file: String? = nil
  ) -> ObservedWorker {
    ObservedWorker(
      kind: kind, pid: pid, tid: tid, name: name, startedSeconds: Double(tid), endedSeconds: 1_000,
      totals: StateSeconds(), switches: nil, role: role,
      beganIn: file.map { ThreadOrigin(file: $0, offset: 1) })
  }

  private func names(_ workers: [ObservedWorker]) -> [String] {
    let names = WorkerNames(workers)
    return workers.indices.map(names.name(at:))
  }

  @Test func sixTimesThePythonAreSixNames() {
    let workers = [
      worker(.main, 1, 1, "python3"), worker(.thread, 1, 2, "python3", role: .manager),
      worker(.thread, 1, 3, "python3", role: .feeder), worker(.process, 4, 4, "python3"),
      worker(.process, 5, 5, "python3"), worker(.thread, 5, 6, "python3"),
    ]
    #expect(
      names(workers) == [
        "python3, main thread", "pool manager", "queue feeder", "child 1", "child 2",
        "thread 1 of child 2",
      ])
  }

  @Test func namesOfTheirOwnStayAndTwinsAreNumbered() {
    let workers = [
      worker(.main, 1, 1, "python3"), worker(.thread, 1, 2, "ThreadPoolExecu"),
      worker(.thread, 1, 3, "crunch"), worker(.thread, 1, 4, "crunch"),
      worker(.process, 5, 5, "sort"), worker(.process, 6, 6, "sort"),
    ]
    #expect(
      names(workers) == [
        "python3, main thread", "ThreadPoolExecu", "crunch #1", "crunch #2", "child 1 (sort)",
        "child 2 (sort)",
      ])
  }

  @Test func oneChildIsCalledByItsName() {
    #expect(names([worker(.main, 1, 1, "sh"), worker(.process, 2, 2, "sort")]) == ["sh", "sort"])
    #expect(names([worker(.main, 1, 1, "sh"), worker(.process, 2, 2, "sh")]) == ["sh", "child"])
  }

  @Test func threadsOfLibrariesAreCalledByTheLibrary() {
    let blas = (2..<6).map {
      worker(.thread, 1, $0, "python3", role: .library, file: "/x/libscipy_openblas64_-1.so")
    }
    let workers = [worker(.main, 1, 1, "python3")] + blas
    #expect(names(workers).last == "OpenBLAS thread 4")
    #expect(WorkerNames(workers).label(of: WorkerGroup(workers: blas)) == "4 OpenBLAS threads")
  }

  @Test(arguments: [
    (["python3", "python3"], WorkerRole.worker, "2 threads"),
    (["python3", "python3"], .idle, "2 idle threads"),
    (["pool-0_1", "pool-0_2"], .worker, "pool-…_… × 2"), (["same", "same"], .worker, "same × 2"),
  ])
  func groupsAreCalledTogether(threads: [String], role: WorkerRole, label: String) {
    let members = threads.enumerated().map {
      worker(.thread, 1, Int32($0.offset) + 2, $0.element, role: role)
    }
    let names = WorkerNames([worker(.main, 1, 1, "python3")] + members)
    #expect(names.label(of: WorkerGroup(workers: members)) == label)
  }

  @Test func noTwoWorkersOfASampleHaveTheSameName() {
    for sample in MadeUpExplanations.all {
      let names = names(sample.report.workers)
      #expect(Set(names).count == names.count, "\(sample.name)")
      #expect(names.allSatisfy { !$0.isEmpty })
    }
  }
}
