internal import CTandemShims
internal import Glibc

/// Starting this same executable once more, as a server behind a socket (posix_spawn(3)).
package enum ServerLaunch {
  /// This process's number (getpid(2)).
  package static var ownPID: Int32 { getpid() }

  /// Whether the terminal's stop signal would stop this process, and so should stop its workers.
  package static var stopSignalIsDefault: Bool {
    var action = sigaction()
    // SAFETY: only reads the present action into ours; the union's pointer is compared, not called.
    guard unsafe sigaction(SIGTSTP, nil, &action) == 0 else { return false }
    return unsafe action.__sigaction_handler.sa_handler == nil
  }

  /// Starts `/proc/self/exe` with descriptor 3 as its socket and nothing else open.
  ///
  /// - Parameters:
  ///   - socket: the server's end.
  ///   - token: the value of the environment variable that makes it a server.
  ///   - tokenName: that variable's name.
  ///   - arguments: its arguments, NUL-terminated one after the other.
  /// - Returns: its process number; `reap` collects its status.
  /// - Throws: `EAGAIN`, `ENOMEM` and others of posix_spawn(3).
  package static func spawn(
    socket: CInt, token: String, tokenName: String, arguments: [UInt8]
  ) throws(Errno) -> Int32 {
    // LD_BIND_NOW (ld.so(8)): the server resolves every symbol once, instead of each fork again.
    let environment =
      ProcessSettings.environment()
      + ["\(tokenName)=\(token)", "LD_BIND_NOW=1"].map { Array($0.utf8) }
    let names = arguments.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    var pid: pid_t = 0
    let error = unsafe withCStrings(names.map { Array($0) }) { argv in
      unsafe withCStrings(environment) { envp in
        // SAFETY: both vectors are NULL-terminated and live as long as the call.
        unsafe tandem_spawn_with_socket("/proc/self/exe", argv, envp, socket, &pid)
      }
    }
    guard error == 0 else { throw Errno(rawValue: error) }
    return pid
  }

  /// Takes the exit status of a server that has ended, so that it doesn't stay a zombie.
  ///
  /// - Parameter pid: its process number. That the program itself may have reaped it is fine.
  package static func reap(_ pid: Int32) {
    var status: CInt = 0
    // SAFETY: one int is written.
    _ = unsafe waitpid(pid, &status, 0)
  }

  /// Ends a server that did not say hello.
  ///
  /// - Parameter pid: its process number; it is not reaped yet, so the number is still its own.
  package static func kill(_ pid: Int32) {
    _ = Glibc.kill(pid, SIGKILL)
  }

  /// Ends what is left of the process group of a worker whose server is gone.
  ///
  /// The leader may have been reaped by now, but its number is not given away while a process is in its
  /// group; and an empty group's number returns only after all others have had their turn.
  ///
  /// - Parameter pid: the leader's process number.
  package static func killGroup(_ pid: Int32) {
    guard pid > 1 else { return }
    _ = Glibc.kill(-pid, SIGKILL)
  }

  /// Lends strings to C as a vector (execve(2)).
  ///
  /// - Parameters:
  ///   - strings: the strings, without a NUL.
  ///   - body: gets the vector, which a NULL ends and which is gone afterwards.
  /// - Returns: what `body` returned.
  static func withCStrings<Result>(
    _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    // SAFETY: each copy is freed after `body`; the array ends in NULL.
    var copies: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { bytes in
      unsafe (bytes + [0]).withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.flatMap {
          unsafe strdup($0.assumingMemoryBound(to: CChar.self))
        }
      }
    }
    unsafe copies.append(nil)
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { fatalError("an array with an element is empty") }
      return unsafe body(base)
    }
  }
}

/// A socket of packets between a parent and its server.
package enum PacketSocket {
  /// Waits until there is something to read (poll(2)).
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - timeout: how long at most.
  /// - Returns: whether there is.
  package static func waitReadable(_ socket: CInt, timeout: Duration) -> Bool {
    wait(socket, for: Int16(POLLIN), timeout)
  }

  /// Waits until there is room to write (poll(2)).
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - timeout: how long at most.
  /// - Returns: whether there is.
  package static func waitWritable(_ socket: CInt, timeout: Duration) -> Bool {
    wait(socket, for: Int16(POLLOUT), timeout)
  }

  private static func wait(_ socket: CInt, for events: Int16, _ timeout: Duration) -> Bool {
    let deadline = MonotonicClock.now() &+ timeout.saturatedNanoseconds
    while true {
      let now = MonotonicClock.now()
      guard now < deadline else { return false }
      var poll = pollfd(fd: socket, events: events, revents: 0)
      let milliseconds = CInt(clamping: (deadline - now) / 1_000_000 + 1)
      // SAFETY: one record is read and written.
      let ready = unsafe Glibc.poll(&poll, 1, milliseconds)
      if ready > 0 { return true }
    }
  }

  /// Reads one packet into a plain C record, without waiting.
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - record: where it goes; a struct of C, of which any bit pattern is a value.
  /// - Returns: the number of bytes; 0 at the end.
  /// - Throws: `tryAgain` when there is nothing now, or the error number of recv(2).
  package static func receive<Record>(
    _ socket: CInt, into record: inout Record
  ) throws(Errno) -> Int {
    // SAFETY: at most the record's size is written, into the record.
    try Syscall.check {
      unsafe withUnsafeMutableBytes(of: &record) { bytes in
        unsafe recv(socket, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
      }
    }
  }
}
