import CTandemShims
import Glibc

/// What threads wait for by a descriptor, a file or a process.
let descriptors: [String: @Sendable (String) -> Void] = [
  "pipe": { _ in
    let pipe = Ends.pipe()
    waiter("pipe") { readOne(pipe.near) }
  },
  "full-pipe": { _ in
    let pipe = Ends.pipe()
    waiter("full-pipe") {
      let bytes = [UInt8](repeating: 0, count: 65536)
      while true { _ = write(pipe.far, bytes, bytes.count) }
    }
  },
  "fifo": { path in
    mkfifo(path, 0o600)
    let reader = open(path, O_RDWR | O_CLOEXEC)
    _ = open(path, O_WRONLY | O_CLOEXEC)
    waiter("fifo") { readOne(reader) }
  },
  "opening": { path in
    mkfifo(path, 0o600)
    waiter("opening") { _ = open(path, O_RDONLY | O_CLOEXEC) }
  },
  "stdin": { _ in waiter("stdin") { while true { readOne(0) } } },
  "socketpair": { _ in
    let pair = Ends.sockets()
    waiter("socketpair") { readOne(pair.near) }
  },
  "poll-none": { _ in waiter("poll-none") { _ = poll(nil, 0, 100_000_000) } },
  "poll-socket": { _ in
    let pair = Ends.sockets()
    waiter("poll-socket") { pollFor([pair.near]) }
  },
  "poll-stdin": { _ in waiter("poll-stdin") { pollFor([0]) } },
  "poll-two": { _ in
    let pair = Ends.sockets()
    waiter("poll-two") { pollFor([0, pair.near]) }
  },
  "select-none": { _ in
    waiter("select-none") {
      var limit = timeval(tv_sec: 100_000, tv_usec: 0)
      _ = select(0, nil, nil, nil, &limit)
    }
  },
  "select-stdin": { _ in
    waiter("select-stdin") {
      var set = fd_set()
      // Descriptor 0 is the first bit.
      withUnsafeMutableBytes(of: &set) { $0[0] = 1 }
      var limit = timeval(tv_sec: 100_000, tv_usec: 0)
      _ = select(1, &set, nil, nil, &limit)
    }
  },
  "epoll": { _ in
    let epoll = tandem_epoll_create()
    tandem_epoll_add(epoll, 0, 1, 0)
    waiter("epoll") {
      var tag: UInt64 = 0
      _ = tandem_epoll_wait(epoll, &tag, 1, -1)
    }
  },
  "eventfd": { _ in
    // EFD_CLOEXEC and TFD_CLOEXEC are O_CLOEXEC.
    let event = CInt(tandem_system_call(CLong(SYS_eventfd2), 0, CLong(O_CLOEXEC), 0, 0, 0, 0))
    waiter("eventfd") { readEight(event) }
  },
  "timerfd": { _ in
    let clock = CLong(CLOCK_MONOTONIC)
    let timer = CInt(
      tandem_system_call(CLong(SYS_timerfd_create), clock, CLong(O_CLOEXEC), 0, 0, 0, 0))
    var time = itimerspec()
    time.it_value.tv_sec = 100_000
    _ = withUnsafePointer(to: &time) { time in
      tandem_system_call(
        CLong(SYS_timerfd_settime), CLong(timer), 0, CLong(Int(bitPattern: time)), 0, 0, 0)
    }
    waiter("timerfd") { readEight(timer) }
  },
  "inotify": { _ in
    let changes = inotify_init1(CInt(O_CLOEXEC))
    waiter("inotify") { readEight(changes) }
  },
  "flock": { path in
    let holder = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    flock(holder, LOCK_EX)
    let other = open(path, O_RDWR | O_CLOEXEC)
    waiter("flock") { flock(other, LOCK_EX) }
  },
  "ofd-lock": { path in
    let holder = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let other = open(path, O_RDWR | O_CLOEXEC)
    // F_OFD_SETLKW, declared only under _GNU_SOURCE.
    let setLock: CInt = 38
    let take: @Sendable (CInt) -> Void = { descriptor in
      var lock = Glibc.flock()
      lock.l_type = Int16(F_WRLCK)
      lock.l_whence = Int16(SEEK_SET)
      _ = fcntl(descriptor, setLock, &lock)
    }
    take(holder)
    waiter("ofd-lock") { take(other) }
  },
  "child": { _ in
    let child = spawnReader()
    waiter("child") {
      var status: CInt = 0
      waitpid(child, &status, 0)
    }
  },
  "pidfd": { _ in
    let child = spawnReader()
    let process = CInt(tandem_system_call(CLong(SYS_pidfd_open), CLong(child), 0, 0, 0, 0, 0))
    waiter("pidfd") { pollFor([process]) }
  },
  // The child opens a pipe that nobody writes to before it runs its program, and keeps its parent.
  "vfork": { path in
    mkfifo(path, 0o600)
    waiter("vfork") { _ = spawn("/bin/true", ["true"], input: path) }
    // Then it goes on.
    Waiters.atTheEnd.append { _ = open(path, O_RDWR | O_CLOEXEC) }
  },
  "listener": { _ in
    let listener = Ends.listener()
    waiter("listener") { _ = accept(listener.socket, nil, nil) }
  },
  "tcp": { _ in
    let listener = Ends.listener()
    let client = Ends.connect(listener.port)
    _ = accept(listener.socket, nil, nil)
    waiter("tcp") { readOne(client) }
  },
  "tcp-out": { port in
    let client = Ends.connect(UInt16(port) ?? 0)
    waiter("tcp-out") { readOne(client) }
  },
  "udp": { _ in
    let socket = Glibc.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    var address = Ends.loopback(0)
    _ = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    waiter("udp") { readOne(socket) }
  },
]

/// Two descriptors that lead to each other, and other sockets.
struct Ends: Sendable {
  var near: CInt
  var far: CInt

  static func pipe() -> Ends {
    var ends: [CInt] = [0, 0]
    _ = tandem_pipe2(&ends, O_CLOEXEC)
    return Ends(near: ends[0], far: ends[1])
  }

  static func sockets() -> Ends {
    var ends: [CInt] = [0, 0]
    socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends)
    return Ends(near: ends[0], far: ends[1])
  }

  static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  static func listener() -> (socket: CInt, port: UInt16) {
    let listener = Glibc.socket(
      AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = getsockname(listener, $0, &length)
      }
    }
    listen(listener, 4)
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  static func connect(_ port: UInt16) -> CInt {
    let client = Glibc.socket(
      AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(port)
    _ = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return client
  }
}

private func readOne(_ descriptor: CInt) {
  var byte: UInt8 = 0
  _ = read(descriptor, &byte, 1)
}

private func readEight(_ descriptor: CInt) {
  var bytes: UInt64 = 0
  _ = read(descriptor, &bytes, 8)
}

private func pollFor(_ numbers: [CInt]) {
  var entries = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  _ = poll(&entries, nfds_t(entries.count), 100_000_000)
}

/// Starts a process that reads standard input until its end.
private func spawnReader() -> pid_t { spawn("/bin/cat", ["cat"], input: nil) }

private func spawn(_ path: String, _ arguments: [String], input: String?) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  if let input { posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0) }
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
  var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  var child: pid_t = 0
  posix_spawn(&child, path, &actions, nil, &argv, nil)
  return child
}
