import Foundation
import TandemModel
import TandemReport
import Testing

/// `tandem compare --sweep`: the same items over several numbers of workers.
@Suite(.timeLimit(.minutes(10))) struct SweepCommandTests {
  @Test func theItemsStayTheSame() throws {
    let outcome = try TandemExecutable.run([
      "compare", "--sweep", "4,1,2", "--work", "cpu", "--iterations", "20000", "--items", "8",
      "--models", "serial,swift-threads,swift-processes", "--runs", "2", "--seed", "7", "--json",
      "-",
    ])
    #expect(outcome.exitCode == 0 && outcome.error == "")
    let report = try JSONReport.decode(outcome.output, as: CompareReport.self)
    let sweep = try #require(report.sweep)
    #expect(sweep.counts == [1, 2, 4] && sweep.items == 8)
    #expect(sweep.series.map(\.model) == [.swiftThreads, .swiftProcesses])
    for series in sweep.series {
      #expect(series.schedule == .allAtOnce && series.baseline == .oneWorker)
      #expect(series.points.map(\.workers) == [1, 2, 4])
      #expect(series.points.map(\.itemsPerWorker) == [8, 4, 2])
      for point in series.points {
        #expect(point.error == nil && point.n == 2 && point.wallSeconds.count == 2)
        #expect((point.speedup ?? 0) > 0)
      }
      #expect(!series.recommendation.reason.isEmpty)
      // The table of models shows each with the workers that its series is for.
      let run = try #require(report.runs.first { $0.model == series.model })
      let own = series.recommendation.workers
      #expect(own == nil || own == run.workers)
    }
    #expect(report.runs.map(\.model) == [.serial, .swiftThreads, .swiftProcesses])
    #expect(report.work.items == 8)
  }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aPythonFunctionIsSweptToo() throws {
    // Every call leaves a mark, so that none is left out and none made twice. The driver's request says what
    // the process is for: how many calls it takes to see what crosses depends on time.
    let folder = try TemporaryFolder([
      "work.py": """
      import json, sys
      with open(sys.argv[1]) as request: MODE = json.load(request)["mode"]
      def works(index):
          with open("calls", "a") as file: file.write("%s %d\\n" % (MODE, index))
      """
    ])
    let outcome = try TandemExecutable.run(
      ["compare", "--python", "work.py:works", "--items", "6", "--sweep", "2,3", "--runs", "1"]
        + ["--models", "python-processes-fork,python-threads", "--json", "-"], folder: folder.path)
    #expect(outcome.exitCode == 0 && outcome.error == "")
    let sweep = try #require(try JSONReport.decode(outcome.output, as: CompareReport.self).sweep)
    #expect(sweep.series.map(\.model) == [.pythonThreads, .pythonProcessesFork])
    #expect(sweep.series.allSatisfy { $0.interpreter != nil && $0.baseline == nil })
    #expect(sweep.series.allSatisfy { $0.points.map(\.itemsPerWorker) == [3, 2] })
    #expect(sweep.series.allSatisfy { $0.points.allSatisfy { $0.n == 1 } })
    let calls = try #require(FileManager.default.contents(atPath: "\(folder.path)/calls"))
    let counts = String(decoding: calls, as: UTF8.self).split(separator: "\n")
      .reduce(into: [:]) { $0[$1, default: 0] += 1 }
    // A timed run and a watched run of each cell, and a memory run of each model, all with all items.
    for index in 0..<6 {
      #expect(counts["run \(index)"] == 4 + 4 && counts["memory \(index)"] == 2, "\(counts)")
      #expect((counts["cross \(index)"] ?? 0) > 0, "\(counts)")
    }
    #expect(counts.count == 3 * 6, "\(counts)")
  }

  @Test func withoutItemsAllShareEvenly() throws {
    let outcome = try TandemExecutable.run([
      "compare", "--sweep", "2,3", "--work", "cpu", "--iterations", "10",
      "--models", "swift-threads", "--runs", "1", "--json", "-",
    ])
    #expect(outcome.exitCode == 0)
    let report = try JSONReport.decode(outcome.output, as: CompareReport.self)
    #expect(report.work.items.isMultiple(of: 6) && report.work.items >= 3)
  }
}
