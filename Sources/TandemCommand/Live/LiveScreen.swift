import Glibc
import Synchronization
import TandemModel
import TandemReport
import TandemSystem

/// A full-screen view of a running program, on the terminal's second screen (console_codes(4)).
///
/// A thread of its own draws and takes keys, so that a slow terminal doesn't keep the observer waiting. The
/// terminal is restored by `close`, around stops (Ctrl-Z), and if Tandem dies, by a process of its own
/// (`TerminalGuard`).
final class LiveScreen: Sendable {
  private struct State {
    var view: LiveView
    var keys = LiveKeys()
    /// The mode to restore; nil while the terminal isn't drawn on.
    var before: Terminal.Mode?
    var helper: TerminalGuard?
    /// Whether this process is about to stop, or has stopped.
    var isStopping = false
    /// Whether the terminal is gone, so that no key comes any more.
    var isHungUp = false
    /// Whether the view was left for good.
    var isLeft = false
    /// Whether the thread is to end.
    var isClosed = false
  }

  /// What came from the observer, and waits for the thread.
  private let inbox = Mutex<[LiveMoment]>([])
  private let state: Mutex<State>
  private let hasQuit = Atomic<Bool>(false)
  /// Whether nothing is drawn any more.
  private let isOver = Atomic<Bool>(false)
  private let terminal: Terminal
  private let color: Bool
  private let kept: KeptOutput?
  private let isCommand: Bool
  /// The pipe that wakes the thread.
  private let wake: (reader: CInt, writer: CInt)
  private let before: [(number: CInt, action: sigaction)]

  /// Gets ready; nothing is drawn before the first moment.
  ///
  /// - Parameters:
  ///   - command: what is watched.
  ///   - terminal: where to draw.
  ///   - isCommand: whether Tandem starts the program, and mirrors its stops.
  ///   - kept: the command's output, which is passed on when the view is left; nil where it goes elsewhere.
  /// - Throws: the error number where there is no pipe or no thread.
  init(
    command: String, terminal: Terminal, isCommand: Bool, kept: KeptOutput?
  ) throws(Errno) {
    self.terminal = terminal
    self.isCommand = isCommand
    self.kept = kept
    color = StandardStream.welcomesColor
    state = Mutex(
      State(
        view: LiveView(
          command: command, quitText: isCommand ? "leave (the command goes on)" : "quit")))
    let ends = try PipeEnds(nonBlocking: .both).relinquish()
    wake = (ends.reader, ends.writer)
    // The terminal's size changed; the job went on after a stop; Ctrl-Z, where no command is stopped by it.
    var before: [(CInt, sigaction)] = []
    wakingPipe.store(ends.writer, ordering: .releasing)
    for number in [SIGWINCH, SIGCONT] + (isCommand ? [] : [SIGTSTP]) {
      var (action, old) = (sigaction(), sigaction())
      action.__sigaction_handler.sa_handler = { number in
        let error = errno
        if number == SIGTSTP { isAskedToStop.store(true, ordering: .relaxed) }
        if number == SIGCONT { hasGoneOn.store(true, ordering: .relaxed) }
        var byte: UInt8 = 0
        // A full pipe already wakes.
        _ = Glibc.write(wakingPipe.load(ordering: .acquiring), &byte, 1)
        errno = error
      }
      action.sa_flags = SA_RESTART
      guard sigaction(number, nil, &old) == 0,
        unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self)
          != unsafeBitCast(SIG_IGN, to: Int.self)
      else { continue }
      if sigaction(number, &action, nil) == 0 { before.append((number, old)) }
    }
    self.before = before
    try OSThread.start(name: "tandem-live") { [self] in run() }
  }

  /// Whether somebody pressed the key for the end, and the watching of a running program is to end.
  var wantsEnd: Bool { !isCommand && hasQuit.load(ordering: .relaxed) }

  /// Shows what the workers did since the last time.
  ///
  /// - Parameter moment: what they did.
  func show(_ moment: LiveMoment) {
    if isOver.load(ordering: .relaxed) { return }
    inbox.withLock { $0.append(moment) }
    nudge()
  }

  /// Leaves the view for good, and passes on what was kept.
  func close() {
    isOver.store(true, ordering: .relaxed)
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      leave(&state)
      state.helper = nil
      return !state.isClosed
    }
    guard isFirst else { return }
    kept?.passOn(to: terminal.descriptor)
    wakingPipe.store(-1, ordering: .releasing)
    for entry in before {
      var action = entry.action
      sigaction(entry.number, &action, nil)
    }
    nudge()
  }

  /// Gives the terminal back, because this process is about to stop.
  func willStop() {
    state.withLock { state in
      state.isStopping = true
      leave(&state)
    }
  }

  /// Draws again after a stop, as soon as the job is in the foreground.
  func hasStopped() {
    state.withLock { $0.isStopping = false }
    nudge()
  }

  private func nudge() {
    var byte: UInt8 = 0
    _ = Glibc.write(wake.writer, &byte, 1)
  }

  // MARK: The thread

  /// How often output is passed on after the view was left.
  private static let passingMilliseconds: CInt = 100

  private func run() {
    OSThread.blockSignals()
    while true {
      let (isDrawn, isLeft, isClosed) = state.withLock {
        ($0.before != nil && !$0.isHungUp, $0.isLeft, $0.isClosed)
      }
      if isClosed { return }
      var watched = [
        pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isDrawn ? terminal.descriptor : -1, events: Int16(POLLIN), revents: 0),
      ]
      poll(&watched, 2, isLeft && kept != nil ? Self.passingMilliseconds : -1)
      if watched[0].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wake.reader, &bytes, bytes.count) == bytes.count {}
      }
      if isLeft {
        kept?.passOn(to: terminal.descriptor)
        continue
      }
      if isAskedToStop.exchange(false, ordering: .relaxed) { stop() }
      state.withLock { state in
        guard !state.isClosed else { return }
        if hasGoneOn.exchange(false, ordering: .relaxed), state.before != nil { enter(&state) }
        if watched[1].revents != 0, state.before != nil { takeKeys(&state) }
        for moment in inbox.withLock({ inbox in
          defer { inbox = [] }
          return inbox
        }) {
          state.view.take(moment)
        }
        draw(&state)
      }
    }
  }

  /// Stops this process as Ctrl-Z does.
  private func stop() {
    willStop()
    defer { hasStopped() }
    var (action, old, mask) = (sigaction(), sigaction(), sigset_t())
    action.__sigaction_handler.sa_handler = SIG_DFL
    guard sigaction(SIGTSTP, &action, &old) == 0 else { return }
    sigemptyset(&mask)
    sigaddset(&mask, SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    // The calling thread gets it, so all have stopped before this returns (raise(3)).
    raise(SIGTSTP)
    pthread_sigmask(SIG_BLOCK, &mask, nil)
    sigaction(SIGTSTP, &old, nil)
  }

  private func takeKeys(_ state: inout State) {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(terminal.descriptor, &bytes, bytes.count)
    guard count > 0 else {
      state.isHungUp = count == 0 || errno == EIO && terminal.isInForeground
      return
    }
    for key in state.keys.take(bytes[..<count]) {
      if key == .quit {
        hasQuit.store(true, ordering: .relaxed)
        isOver.store(true, ordering: .relaxed)
        leave(&state)
        (state.isLeft, state.helper) = (true, nil)
        if isCommand { sayThatItGoesOn() }
        return
      }
      if key == .redraw { Self.write("\u{1B}[2J", to: terminal.descriptor) }
      let frame = frame(of: state)
      state.view.press(key, rows: frame.workerRows)
    }
  }

  private func sayThatItGoesOn() {
    Self.write(
      "tandem: the command goes on; the report follows when it has ended (Ctrl-C goes to it)\r\n",
      to: terminal.descriptor)
  }

  // MARK: Drawing

  /// What is written to leave the second screen: the end of a picture that was cut short, the second screen
  /// emptied where a terminal has only one, lines that wrap, the cursor, no colour.
  static let leaving = "\u{1B}[?2026l\u{1B}[0m\u{1B}[2J\u{1B}[H\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
  private static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"

  private func frame(of state: State) -> LiveFrame {
    let size = terminal.size ?? LiveTerminal.usualSize
    return LiveFrame(
      state.view, rows: size.rows, columns: size.columns, color: color,
      ascii: !StandardStream.isUTF8)
  }

  /// Draws a picture by one call of write(2), unless the job is in the background.
  private func draw(_ state: inout State) {
    guard !state.isLeft, !state.isStopping, state.view.moment != nil, terminal.isInForeground else {
      return
    }
    if state.before == nil { enter(&state) }
    guard state.before != nil else { return }
    state.view.lastOutput = kept?.lastLine
    let lines = frame(of: state).lines.enumerated().map { row, line in
      "\u{1B}[\(row + 1);1H\(line)\u{1B}[K"
    }
    // Terminals that know it show the whole picture at once (synchronised output).
    Self.write(
      "\u{1B}[?2026h" + lines.joined() + "\u{1B}[J\u{1B}[?2026l", to: terminal.descriptor)
  }

  /// Takes the terminal: once more also, when somebody else had it meanwhile.
  private func enter(_ state: inout State) {
    guard terminal.isInForeground else { return }
    do throws(Errno) {
      let mode = if let before = state.before { before } else { try terminal.mode() }
      if state.helper == nil {
        state.helper = try TerminalGuard(
          terminal, mode: mode, text: Self.leaving, kept: kept?.descriptor)
      }
      state.helper?.set(isDrawn: true)
      try terminal.set(mode.forDrawing)
      state.before = mode
      Self.write(Self.entering, to: terminal.descriptor)
    } catch {
      // What can't be restored isn't drawn on; the report comes at the end all the same.
      state.helper?.set(isDrawn: false)
    }
  }

  private func leave(_ state: inout State) {
    guard let mode = state.before else { return }
    Self.write(Self.leaving, to: terminal.descriptor)
    try? terminal.set(mode)
    state.before = nil
    state.helper?.set(isDrawn: false)
  }

  private static func write(_ text: String, to descriptor: CInt) {
    write(Array(text.utf8)[...], to: descriptor)
  }

  /// Writes what it can: a terminal that is gone doesn't end the watching.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - descriptor: where to.
  static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) {
    var bytes = bytes
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        switch errno {
        case EINTR: continue
        case EAGAIN:
          // Another process that shares the terminal may have set O_NONBLOCK.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
          continue
        default: return
        }
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

// A handler can't have a context.

/// Where a handler writes to wake the thread; -1 for nowhere.
private let wakingPipe = Atomic<CInt>(-1)
/// Whether this process was stopped and continued.
private let hasGoneOn = Atomic<Bool>(false)
/// Whether Ctrl-Z was pressed.
private let isAskedToStop = Atomic<Bool>(false)
