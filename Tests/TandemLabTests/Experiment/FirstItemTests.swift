import TandemModel
import Testing

@testable import TandemLab

/// What a run is guessed to take before any was timed.
struct FirstItemTests {
  @Test(
    "large results take their time on the way to and from a pool of processes, and nowhere else")
  func sending() {
    var crossing = PythonCrossing(
      interpreter: nil, importSeconds: 0.5, itemSeconds: 1e-4, calls: 20, onCPUShare: 1)
    crossing.result = PythonCrossing.Part(
      type: "bytes", bytes: 2 * 1_048_576, pickleSeconds: 1e-4, unpickleSeconds: 1e-4)
    crossing.sendMiBSeconds = 0.002
    func likely(_ model: ExecutionModel) -> Double {
      let family = Cell.Family(model: model, interpreter: nil)
      return FirstItem(crossing).guess(
        for: Cell(family: family, schedule: .allAtOnce, workers: 2), items: 1_000, cpus: 2
      ).likely
    }
    #expect(abs(likely(.pythonProcessPool) - 4.5) < 1e-9)
    #expect(abs(likely(.pythonMultiprocessingPool) - 4.5) < 1e-9)
    #expect(abs(likely(.pythonSerial) - 0.6) < 1e-9)
    #expect(likely(.pythonThreadPool) < 0.7)
  }
}
