import Synchronization
package import TandemModel
package import TandemObserve
package import TandemSystem

/// A trace of a program, written to a file while the program runs.
///
/// What was written is whole at any moment up to its last packet, whatever ends the observation. Memory is bounded: what
/// lives, and a buffer.
package final class TraceFile: ObservationSink {
  /// The forms that a trace can be written in.
  package enum Form: String, CaseIterable, Sendable {
    /// For ui.perfetto.dev and trace_processor.
    case perfetto
    /// For chrome://tracing and what else reads JSON trace events.
    case chrome
    /// For profiler.firefox.com.
    case firefox
  }

  private struct State: ~Copyable {
    var recorder: TraceRecorder
    var output: TraceOutput
  }

  private let state: Mutex<State>

  /// Makes a trace.
  ///
  /// - Parameters:
  ///   - file: where it goes; what is there is replaced when the observation begins.
  ///   - form: the form.
  package init(_ file: consuming Descriptor, _ form: Form) {
    let recorder =
      switch form {
      case .perfetto: TraceRecorder(PerfettoFormat())
      case .chrome: TraceRecorder(ChromeFormat())
      case .firefox: TraceRecorder(FirefoxFormat())
      }
    state = Mutex(State(recorder: recorder, output: TraceOutput(file)))
  }

  /// Whether the observation has begun, and what was in the file is replaced.
  package var hasBegun: Bool { state.withLock { $0.output.hasBegun } }

  /// What writing failed with; nil when everything was written.
  package var failure: Errno? { state.withLock { $0.output.failure } }

  private func write(_ body: (inout TraceRecorder) -> Void) {
    state.withLock { state in
      // What can't be written needn't be made.
      guard state.output.failure == nil else { return }
      body(&state.recorder)
      if state.recorder.format.byteCount >= TraceOutput.bufferBytes {
        state.output.write(state.recorder.take())
      }
    }
  }

  package func began(atNS timeNS: UInt64) {
    state.withLock { $0.output.begin() }
    write { $0.begin(.at(timeNS)) }
  }

  package func record(_ record: PerfRecord) { write { $0.record(record) } }

  package func reportBegan(atNS timeNS: UInt64) { write { $0.reportBegan(atNS: timeNS) } }

  package func lost(_ count: UInt64, onCPU cpu: UInt32, fromNS: UInt64, toNS: UInt64) {
    write { $0.lost(count, onCPU: cpu, fromNS: fromNS, toNS: toNS) }
  }

  package func spent(
    _ state: WorkerState?, _ sample: WaitSample?, by track: WorkerTrack, fromNS: UInt64,
    toNS: UInt64
  ) {
    write { $0.spent(state, sample, by: track, fromNS: fromNS, toNS: toNS) }
  }

  package func level(_ workers: StateTable, fromNS: UInt64, toNS: UInt64) {
    write { $0.level(workers, fromNS: fromNS, toNS: toNS) }
  }

  package func counted(_ counts: WorkerTrack.KernelCounts, of track: WorkerTrack) {
    write { $0.counted(counts, of: track) }
  }

  package func memory(_ memory: WorkerMemory, of pid: Int32, atNS timeNS: UInt64) {
    write { $0.memory(memory, of: pid, atNS: timeNS) }
  }

  package func held(
    _ lock: UInt64, of pid: Int32, by tid: Int32?, at place: ObservedFunction?, fromNS: UInt64,
    toNS: UInt64
  ) {
    write { $0.held(lock, of: pid, by: tid, at: place, fromNS: fromNS, toNS: toNS) }
  }

  package func handedOver(_ count: UInt64, _ lock: UInt64, of pid: Int32, atNS timeNS: UInt64) {
    write { $0.handedOver(count, lock, of: pid, atNS: timeNS) }
  }

  package func ended(atNS timeNS: UInt64) {
    state.withLock { state in
      state.recorder.end(atNS: timeNS)
      state.output.write(state.recorder.take())
    }
  }
}
