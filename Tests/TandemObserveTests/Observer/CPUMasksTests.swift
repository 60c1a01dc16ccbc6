import Glibc
import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// Whose doing it is that a worker may use fewer CPUs than the program was given.
@Suite struct CPUMasksTests {
  private let tally = ProgramTally(beganNS: 0)

  private func worker(_ tid: Int32, of pid: Int32) -> WorkerTrack {
    tally.begin(
      tid == pid ? .process : .thread, pid: pid, tid: tid, name: "", startedNS: 0,
      phase: .runnable(sinceNS: 0))
  }

  private static func masks(given: [Int] = [0, 1, 2, 3]) -> CPUMasks {
    CPUMasks(mainPID: 10, given: given, knowsExecs: true, nowNS: 0)
  }

  private func note(_ cpus: [Int], _ track: WorkerTrack, _ masks: inout CPUMasks) -> Bool {
    masks.note(cpus, of: track) { WorkerTrack.Narrowing(sinceNS: 5, runNS: 0, waitNS: 0) }
    #expect(track.cpus == cpus)
    return track.narrowing != nil
  }

  @Test func theProgramItselfNarrowsThem() {
    var masks = Self.masks()
    let main = worker(10, of: 10)
    let before = note([0, 1, 2, 3], main, &masks)
    let narrowed = note([1], main, &masks)
    let back = note([0, 1, 2, 3], main, &masks)
    #expect(!before && narrowed && !back)
  }

  @Test func itsFirstReadingCountsToo() {
    var masks = Self.masks()
    let found1 = note([0, 2], worker(11, of: 10), &masks)
    #expect(found1)
  }

  @Test func aLauncherThatExecutesTheProgramIsItsUsersChoice() {
    var masks = Self.masks()
    masks.replace(10)
    let found2 = note([0], worker(10, of: 10), &masks)
    #expect(!found2)
    // What it was given is then these; from now on the program may narrow them.
    masks.given = [0, 1]
    let thread = worker(11, of: 10)
    let found3 = note([0, 1], thread, &masks)
    #expect(!found3)
    let found4 = note([1], thread, &masks)
    #expect(found4)
  }

  @Test func aChildThatExecutesNothingInheritsWhatIsKnown() {
    var masks = Self.masks()
    masks.begin(20, parent: 10)
    let found5 = note([3], worker(20, of: 20), &masks)
    #expect(found5)
    masks.begin(30, parent: 10)
    masks.replace(30)
    let found6 = note([3], worker(30, of: 30), &masks)
    #expect(!found6)
    // Its own children were bound by the same launcher.
    masks.begin(31, parent: 30)
    let found7 = note([3], worker(31, of: 31), &masks)
    #expect(!found7)
    masks.end(20)
    masks.begin(20, parent: 99)
    let found8 = note([3], worker(21, of: 20), &masks)
    #expect(!found8)
  }

  @Test func moreThanWasGivenIsNotFewer() {
    var masks = Self.masks(given: [0, 1])
    let found9 = note([0, 1, 2], worker(10, of: 10), &masks)
    #expect(!found9)
  }

  @Test func whatIsNotKnownIsNobodysDoing() {
    var masks = CPUMasks(mainPID: 10, given: [], knowsExecs: true, nowNS: 0)
    let isOwn = masks.isOwnDoing(of: 10)
    #expect(!isOwn)
    let found10 = note([0], worker(10, of: 10), &masks)
    #expect(!found10)
  }

  @Test func thisProcessIsRead() throws {
    let own = try CPUs.allowedNumbers(of: getpid())
    var masks = CPUMasks(mainPID: getpid(), given: own, knowsExecs: false, nowNS: 0)
    let track = worker(getpid(), of: getpid())
    masks.read(of: tally, nowNS: 1_000_000_000)
    #expect(track.cpus == own && track.narrowing == nil)
    let isOwn = masks.isOwnDoing(of: getpid())
    #expect(isOwn)
  }

  // MARK: In the report

  @Test func workersOfOneSetAreTogether() {
    var masks = Self.masks()
    let tracks = [worker(10, of: 10), worker(11, of: 10), worker(12, of: 10), worker(13, of: 10)]
    let found11 = note([0], tracks[0], &masks)
    let found12 = note([0], tracks[1], &masks)
    #expect(found11 && found12)
    let found13 = note([0, 1, 3], tracks[2], &masks)
    let found14 = note([0, 1, 2, 3], tracks[3], &masks)
    #expect(found13 && !found14)
    tracks[1].narrowing = WorkerTrack.Narrowing(
      sinceNS: 2_000_000_000, runNS: 500_000_000, waitNS: 1_000_000_000)
    tracks[0].narrowing?.sinceNS = 1_000_000_000
    var table = StateTable()
    table[.onCPU] = 1e9
    table[.runnable] = 3e9
    let found = Observation.narrowed(tracks.map { ($0, table) }, beganNS: 0)
    #expect(
      found == [
        NarrowedCPUs(
          cpus: "0", count: 1, workers: 2, pid: 10, tid: 10, name: "", sinceSeconds: 1,
          onCPUSeconds: 1.5, runnableSeconds: 5),
        NarrowedCPUs(
          cpus: "0-1,3", count: 3, workers: 1, pid: 10, tid: 12, name: "", sinceSeconds: 5e-9,
          onCPUSeconds: 1, runnableSeconds: 3),
      ])
  }
}
