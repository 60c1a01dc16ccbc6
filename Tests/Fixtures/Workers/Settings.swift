import CTandemShims
import FixtureSupport
import Glibc
import Tandem

/// A worker finds its program's settings as they are at its own start, and nothing of anybody's
/// descriptors.
enum Settings {
  static func check() async throws {
    for method in [StartMethod.forkServer, .spawn] {
      try await descriptors(method)
      try await endOfFile(method)
      try await environment(method)
      try await directory(method)
      try await maskAndLimits(method)
      try await affinity(method)
      try await standardStreams(method)
      try await identity(method)
    }
  }

  private static func value<Output>(_ process: WorkerProcess<Output>) async throws -> Output {
    try process.start()
    return try await process.value
  }

  private static func descriptors(_ method: StartMethod) async throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 4096)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let null = open("/dev/null", O_RDWR)
    // None of them is closed by an exec.
    let copies = [5, 9, 17, 300, Int32(limit.rlim_cur) - 1].map { fcntl(null, F_DUPFD, $0) }
    Checks.that("\(method): the program has many descriptors", copies.allSatisfy { $0 >= 5 })
    for round in 1...2 {
      Checks.equal(
        "\(method), start \(round): a worker has four descriptors",
        try await value(
          WorkerProcess(startMethod: method, input: 0) { _ in OpenDescriptors.numbers }),
        [0, 1, 2, 3])
    }
    for copy in copies + [null] { close(copy) }
  }

  private static func endOfFile(_ method: StartMethod) async throws {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    let notice = Notice()
    let workers = (0..<2).map { _ in
      WorkerProcess(startMethod: method, input: notice.path) { path in
        Notice.tell(path)
        while true { pause() }
        return 0
      }
    }
    for worker in workers { try worker.start() }
    _ = notice.wait(for: workers.count)
    close(ends[1])
    var poll = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    Checks.equal(
      "\(method): no worker keeps a pipe open", Glibc.poll(&poll, 1, 5000), 1)
    for worker in workers { worker.kill() }
    for worker in workers { _ = try await worker.join() }
    notice.remove()
    close(ends[0])
  }

  private static func environment(_ method: StartMethod) async throws {
    let seen = { @Sendable () -> WorkerProcess<[UInt8]?> in
      WorkerProcess(startMethod: method, input: "TANDEM_FIXTURE") { (name: String) in
        getenv(name).map { start in
          Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(start), count: strlen(start)))
        } as [UInt8]?
      }
    }
    for bytes in [Array("one".utf8), Array("two = 2\n".utf8), [0xff, 0x80, 0x41], []] as [[UInt8]] {
      setenv("TANDEM_FIXTURE", (bytes + [0]).map { CChar(bitPattern: $0) }, 1)
      Checks.equal("\(method): a variable is \(bytes)", try await value(seen()), bytes)
    }
    unsetenv("TANDEM_FIXTURE")
    Checks.equal("\(method): a variable is gone", try await value(seen()), nil)
    Checks.equal(
      "\(method): the token is gone",
      try await value(
        WorkerProcess(startMethod: method, input: 0) { _ in
          getenv("TANDEM_WORKER_TOKEN") == nil
        }), true)
  }

  private static func directory(_ method: StartMethod) async throws {
    for path in ["/", "/proc", "/tmp"] {
      chdir(path)
      Checks.equal(
        "\(method): the folder is \(path)",
        try await value(WorkerProcess(startMethod: method, input: 0) { _ in ownDirectory() }), path)
    }
    let removed = "/tmp/tandem-fixture-\(getpid())-gone"
    mkdir(removed, 0o700)
    chdir(removed)
    rmdir(removed)
    Checks.equal(
      "\(method): the folder is gone",
      try await value(WorkerProcess(startMethod: method, input: 0) { _ in ownDirectory() }),
      removed + " (deleted)")
    chdir("/")
  }

  private static func maskAndLimits(_ method: StartMethod) async throws {
    for mask in [0o077, 0o022] as [mode_t] {
      umask(mask)
      Checks.equal(
        "\(method): the mask of new files",
        try await value(WorkerProcess(startMethod: method, input: 0) { _ in Int(umask(0)) }),
        Int(mask))
    }
    // RLIMIT_CORE and RLIMIT_NOFILE.
    for (name, resource) in [("core", 4), ("descriptors", 7)] as [(String, UInt32)] {
      var earlier = rlimit()
      getrlimit(__rlimit_resource_t(resource), &earlier)
      for soft in [64, 128] as [rlim_t] where soft <= earlier.rlim_max {
        var limit = rlimit(rlim_cur: soft, rlim_max: earlier.rlim_max)
        setrlimit(__rlimit_resource_t(resource), &limit)
        let found = try await value(
          WorkerProcess(startMethod: method, input: Int(resource)) { resource in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
            return [limit.rlim_cur, limit.rlim_max]
          })
        Checks.equal("\(method): the limit of \(name)", found, [soft, earlier.rlim_max])
      }
      setrlimit(__rlimit_resource_t(resource), &earlier)
    }
  }

  private static func affinity(_ method: StartMethod) async throws {
    // A thread of its own, since async code changes threads: the starting thread's CPUs count.
    let thread = WorkerThread {
      var masks: [String] = []
      for cpu in Self.allowedCPUs.prefix(2) {
        var bytes = [UInt8](repeating: 0, count: 128)
        bytes[cpu / 8] = 1 << UInt8(cpu % 8)
        bytes.withUnsafeBytes { mask in
          _ = tandem_system_call(
            Int(SYS_sched_setaffinity), 0, 128, Int(bitPattern: mask.baseAddress), 0, 0, 0)
        }
        let process = WorkerProcess(startMethod: method, input: 0) { _ in
          status("Cpus_allowed_list")
        }
        try process.start()
        guard case .value(let list) = try process.join() else { continue }
        masks.append("\(cpu) \(list)")
      }
      return masks
    }
    let allowed = allowedCPUs.prefix(2)
    try thread.start()
    Checks.equal(
      "\(method): the CPUs are the starting thread's", try await thread.value,
      allowed.map { "\($0) \($0)" })
  }

  /// The numbers of the CPUs that this process may use.
  private static var allowedCPUs: [Int] {
    status("Cpus_allowed_list").split(separator: ",").flatMap { part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      return Array((ends.first ?? 0)...(ends.last ?? 0))
    }
  }

  private static func standardStreams(_ method: StartMethod) async throws {
    Checks.equal(
      "\(method): standard input",
      try await value(
        WorkerProcess(startMethod: method, input: 0) { _ in link("/proc/self/fd/0") }),
      "/dev/null")
    // Standard output is what the program's is now.
    let earlier = fcntl(1, F_DUPFD_CLOEXEC, 100)
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    dup2(ends[1], 1)
    let printed = try await value(
      WorkerProcess(startMethod: method, input: "printed") { text in
        print(text, terminator: "")
        return true
      })
    dup2(earlier, 1)
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(ends[0], &bytes, bytes.count)
    Checks.equal(
      "\(method): standard output", String(decoding: bytes.prefix(max(0, count)), as: UTF8.self),
      printed ? "printed" : "nothing")
    for descriptor in [earlier] + ends { close(descriptor) }
  }

  private static func identity(_ method: StartMethod) async throws {
    let process = WorkerProcess(
      name: "a name of more than fifteen bytes", startMethod: method, input: 0
    ) { _ in
      [
        text("/proc/self/comm"), "\(getpid() == getpgrp())",
        CommandLine.arguments.joined(separator: " "),
      ]
    }
    let found = try await value(process)
    Checks.equal("\(method): the name", found[0], "a name of more \n")
    Checks.equal("\(method): it leads a group", found[1], "true")
    Checks.equal(
      "\(method): the arguments", found[2], CommandLine.arguments.joined(separator: " "))
  }

  // MARK: Signals

  static func checkSignals() async throws {
    // Before the server is started, and so handed on to it.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGUSR1)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGINT, SIG_IGN)
    for method in [StartMethod.forkServer, .spawn] {
      let masks = try await value(
        WorkerProcess(startMethod: method, input: ["SigBlk", "SigIgn", "ShdPnd"]) { fields in
          // Without the two signals that the C library keeps for itself (nptl(7)).
          fields.map { (UInt64(status($0), radix: 16) ?? 1) & ~(3 << 31) }
        })
      Checks.equal(
        "\(method): no signal is blocked, ignored or waiting", masks,
        [0, 0, 0])
    }
  }

  // MARK: Few descriptors

  static func checkFewDescriptors() async throws {
    // As many as the program itself needs, and no number high enough to keep others out of the way.
    // Whatever was handed on to this program is closed; Dispatch has its own already.
    for descriptor in OpenDescriptors.numbers
    where descriptor > 2 && !link("/proc/self/fd/\(descriptor)").hasPrefix("anon_inode:") {
      close(Int32(descriptor))
    }
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = 20
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    for method in [StartMethod.forkServer, .spawn] {
      Checks.equal(
        "\(method): a worker starts",
        try await value(WorkerProcess(startMethod: method, input: 21) { 2 * $0 }), 42)
      Checks.equal(
        "\(method): with the program's limit",
        try await value(
          WorkerProcess(startMethod: method, input: 0) { _ in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            return Int(limit.rlim_cur)
          }), 20)
    }
  }
}

/// The working directory, as the kernel shows it.
func ownDirectory() -> String { link("/proc/self/cwd") }
