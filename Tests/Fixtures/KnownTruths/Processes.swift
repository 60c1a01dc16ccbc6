import Glibc

private typealias Fork = @convention(c) () -> pid_t

/// fork(2), which Swift hides: these programs have one thread when they call it, and the child calls
/// nothing but the C library.
private let forkFunction: Fork = {
  guard let symbol = dlsym(nil, "fork") else { fail("no fork") }
  return unsafeBitCast(symbol, to: Fork.self)
}()

/// Starts a process that does something and ends.
func startProcess(_ run: () -> Void) -> pid_t {
  let pid = forkFunction()
  guard pid >= 0 else { fail("no process: \(errno)") }
  guard pid == 0 else { return pid }
  alarm(300)
  run()
  _exit(0)
}

/// Waits for a process's end.
func waitFor(_ pid: pid_t) {
  var status: CInt = 0
  while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  guard status == 0 else { fail("a process ended with \(status)") }
}

/// Two ends of a pipe.
func makePipe() -> (read: CInt, write: CInt) {
  var ends: [CInt] = [0, 0]
  guard pipe(&ends) == 0 else { fail("no pipe") }
  return (ends[0], ends[1])
}

/// Reads a byte.
///
/// - Returns: false at the end.
func readByte(_ descriptor: CInt) -> Bool {
  var byte: UInt8 = 0
  while true {
    let count = read(descriptor, &byte, 1)
    if count >= 0 { return count == 1 }
    guard errno == EINTR else { fail("read: \(errno)") }
  }
}

/// How many bytes lie in a pipe.
func unreadBytes(_ descriptor: CInt) -> CInt {
  var count: CInt = 0
  guard ioctl(descriptor, UInt(FIONREAD), &count) == 0 else { fail("no count: \(errno)") }
  return count
}

/// Writes a byte.
func writeByte(_ descriptor: CInt) {
  var byte: UInt8 = 1
  guard write(descriptor, &byte, 1) == 1 else { fail("write: \(errno)") }
}
