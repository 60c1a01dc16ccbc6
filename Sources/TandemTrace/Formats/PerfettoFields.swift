/// The numbers of the fields of Perfetto's messages that are written here.
///
/// They are those of [perfetto's published definitions](https://github.com/google/perfetto/tree/main/protos/perfetto/trace);
/// each message's file is named beside it.
enum PerfettoFields {
  /// `Trace` in `trace.proto`: the file itself.
  enum Trace {
    static let packet = 1
  }

  /// `TracePacket` in `trace_packet.proto`.
  enum Packet {
    static let ftraceEvents = 1
    static let clockSnapshot = 6
    static let timestamp = 8
    static let sequence = 10
    static let trackEvent = 11
    static let internedData = 12
    static let sequenceFlags = 13
    static let systemInfo = 45
    static let defaults = 59
    static let trackDescriptor = 60

    /// `SequenceFlags`: nothing before counts; it counts on names and defaults given before.
    static let stateCleared = 1
    static let needsState = 2
  }

  /// `TracePacketDefaults` in `trace_packet_defaults.proto`.
  enum Defaults {
    static let clock = 58
  }

  /// `ClockSnapshot` in `clock_snapshot.proto`.
  enum Clocks {
    static let clocks = 1
    static let primary = 2
    static let id = 1
    static let timestamp = 2

    /// `BuiltinClocks` in `common/builtin_clock.proto`.
    static let real = 1
    static let monotonic = 3
    static let boot = 6
  }

  /// `SystemInfo` and `Utsname` in `common/system_info.proto`.
  enum System {
    static let utsname = 1
    static let sysname = 1
    static let release = 3
  }

  /// `FtraceEventBundle` and its `CompactSched` in `ftrace/ftrace_event_bundle.proto`.
  enum Bundle {
    static let cpu = 1
    static let compact = 4
    static let times = 1
    static let previousStates = 2
    static let nextThreads = 3
    static let nextPriorities = 4
    static let names = 5
    static let nextNames = 6
  }

  /// `TrackDescriptor` in `track_event/track_descriptor.proto`.
  enum Track {
    static let uuid = 1
    static let name = 2
    static let process = 3
    static let thread = 4
    static let parent = 5
    static let counter = 8
  }

  /// `ProcessDescriptor` in `track_event/process_descriptor.proto`.
  enum Process {
    static let pid = 1
    static let name = 6
  }

  /// `ThreadDescriptor` in `track_event/thread_descriptor.proto`.
  enum Thread {
    static let pid = 1
    static let tid = 2
    static let name = 5
  }

  /// `CounterDescriptor` in `track_event/counter_descriptor.proto`.
  enum Counter {
    static let unit = 3
    static let unitName = 6
    static let sharedAxis = 7

    /// `Unit`.
    static let nanoseconds = 1
    static let count = 2
    static let bytes = 3
  }

  /// `TrackEvent` in `track_event/track_event.proto`.
  enum Event {
    static let annotations = 4
    static let type = 9
    static let nameID = 10
    static let track = 11
    static let name = 23
    static let value = 44

    /// `Type`.
    static let begin = 1
    static let end = 2
    static let instant = 3
    static let counter = 4
  }

  /// `InternedData` in `interned_data/interned_data.proto`, and `EventName`.
  enum Interned {
    static let eventNames = 2
    static let id = 1
    static let name = 2
  }

  /// `DebugAnnotation` in `track_event/debug_annotation.proto`.
  enum Annotation {
    static let text = 6
    static let name = 10
  }
}
