/// What a system call waits for when it waits.
package enum CallWait: Sendable, Hashable {
  /// A word of memory (futex(2)).
  case futex
  /// A word of memory, with the arguments of the newer call (Linux 6.7).
  case futexWait
  /// One of several words of memory.
  case futexSet
  /// Time, and nothing else.
  case time
  /// Data from the descriptor in an argument.
  case reading(Int)
  /// Room in, or the agreement of, what the descriptor in an argument leads to.
  case writing(Int)
  /// Either, of the descriptor in an argument.
  case descriptor(Int)
  /// The file system, about the descriptor in an argument.
  case file(Int)
  /// The file system, about the path in an argument.
  case path(Int)
  /// The file system as a whole.
  case fileSystem
  /// A lock on the file whose descriptor is in the first argument.
  case fileLock
  /// A lock on a file, or the file system: fcntl(2).
  case fileControl
  /// One of the descriptors of poll(2); the argument with the time limit, which is in milliseconds or a
  /// pointer.
  case poll(timeout: Int, isPointer: Bool)
  /// One of the descriptors of select(2).
  case select
  /// One of the descriptors of a set (epoll(7)).
  case readinessSet
  /// A child, or a process that is waited for like one.
  case child
  /// A child that was made to run in the parent's memory, with the flags in the first argument.
  case childOfClone
  /// The same, with the flags in memory.
  case childOfClone3
  /// Requests in a ring of the kernel (io_uring(7)).
  case ring
  /// Other asynchronous input and output.
  case asynchronous
  /// A signal.
  case signal
  /// System V semaphores, whose number is in the first argument.
  case systemVSemaphore
  /// A message in a queue.
  case message
  /// Whatever it waited for before it was interrupted.
  case restart
  /// Memory, or something in the kernel that isn't visible.
  case other
}

/// The system calls that a thread may wait in, on one architecture.
package struct SystemCallTable: Sendable {
  /// A processor architecture whose calls are known.
  package enum Architecture: Sendable, CaseIterable {
    case x86_64
    case aarch64

    /// The one that this program was built for; nil when its calls aren't known.
    package static var current: Architecture? {
      #if arch(x86_64)
        return .x86_64
      #elseif arch(arm64)
        return .aarch64
      #else
        return nil
      #endif
    }
  }

  /// A call.
  package struct Call: Sendable, Hashable {
    /// Its name in the manual.
    package var name: String
    /// What it waits for.
    package var waitsFor: CallWait
  }

  /// The architecture.
  package let architecture: Architecture
  private var calls: [Call?] = []

  /// Makes the table of an architecture.
  ///
  /// - Parameter architecture: the architecture.
  package init(_ architecture: Architecture) {
    self.architecture = architecture
    for row in Self.rows {
      guard let number = row.number(on: architecture) else { continue }
      while calls.count <= number { calls.append(nil) }
      calls[number] = Call(name: row.name, waitsFor: row.waitsFor)
    }
  }

  /// A call by its number.
  ///
  /// - Parameter number: the number, of this architecture.
  /// - Returns: the call; nil when it isn't in the table.
  package subscript(number: Int) -> Call? {
    calls.indices.contains(number) ? calls[number] : nil
  }

  /// A line of the table of all architectures.
  package struct Row: Sendable {
    /// The call's name in the manual.
    package var name: String
    /// Its number in `arch/x86/entry/syscalls/syscall_64.tbl`; nil when it isn't there.
    package var x86_64: Int?
    /// Its number in `include/uapi/asm-generic/unistd.h`; nil when it isn't there.
    package var aarch64: Int?
    /// What it waits for.
    package var waitsFor: CallWait

    fileprivate init(_ name: String, _ x86_64: Int?, _ aarch64: Int?, _ waitsFor: CallWait) {
      self.name = name
      self.x86_64 = x86_64
      self.aarch64 = aarch64
      self.waitsFor = waitsFor
    }

    /// Its number on an architecture.
    ///
    /// - Parameter architecture: the architecture.
    /// - Returns: the number; nil when it isn't there.
    package func number(on architecture: Architecture) -> Int? {
      switch architecture {
      case .x86_64: x86_64
      case .aarch64: aarch64
      }
    }
  }

  /// All calls that may wait for long.
  ///
  /// What isn't here counts as a wait that wasn't understood.
  package static let rows: [Row] = [
    Row("futex", 202, 98, .futex),
    Row("futex_wait", 455, 455, .futexWait),
    Row("futex_waitv", 449, 449, .futexSet),
    Row("nanosleep", 35, 101, .time),
    Row("clock_nanosleep", 230, 115, .time),
    Row("restart_syscall", 219, 128, .restart),

    Row("read", 0, 63, .reading(0)),
    Row("readv", 19, 65, .reading(0)),
    Row("pread64", 17, 67, .reading(0)),
    Row("preadv", 295, 69, .reading(0)),
    Row("preadv2", 327, 286, .reading(0)),
    Row("recvfrom", 45, 207, .reading(0)),
    Row("recvmsg", 47, 212, .reading(0)),
    Row("recvmmsg", 299, 243, .reading(0)),
    Row("accept", 43, 202, .reading(0)),
    Row("accept4", 288, 242, .reading(0)),
    Row("splice", 275, 76, .reading(0)),
    Row("tee", 276, 77, .reading(0)),
    Row("write", 1, 64, .writing(0)),
    Row("writev", 20, 66, .writing(0)),
    Row("pwrite64", 18, 68, .writing(0)),
    Row("pwritev", 296, 70, .writing(0)),
    Row("pwritev2", 328, 287, .writing(0)),
    Row("sendto", 44, 206, .writing(0)),
    Row("sendmsg", 46, 211, .writing(0)),
    Row("sendmmsg", 307, 269, .writing(0)),
    Row("sendfile", 40, 71, .writing(0)),
    Row("vmsplice", 278, 75, .writing(0)),
    Row("connect", 42, 203, .writing(0)),
    Row("shutdown", 48, 210, .writing(0)),
    Row("ioctl", 16, 29, .descriptor(0)),

    Row("fsync", 74, 82, .file(0)),
    Row("fdatasync", 75, 83, .file(0)),
    Row("sync_file_range", 277, 84, .file(0)),
    Row("syncfs", 306, 267, .file(0)),
    Row("sync", 162, 81, .fileSystem),
    Row("msync", 26, 227, .fileSystem),
    Row("close", 3, 57, .file(0)),
    Row("fstat", 5, 80, .file(0)),
    Row("fstatfs", 138, 44, .file(0)),
    Row("getdents", 78, nil, .file(0)),
    Row("getdents64", 217, 61, .file(0)),
    Row("lseek", 8, 62, .file(0)),
    Row("ftruncate", 77, 46, .file(0)),
    Row("fallocate", 285, 47, .file(0)),
    Row("readahead", 187, 213, .file(0)),
    Row("fadvise64", 221, 223, .file(0)),
    Row("copy_file_range", 326, 285, .file(0)),
    Row("fchdir", 81, 50, .file(0)),
    Row("fchmod", 91, 52, .file(0)),
    Row("fchown", 93, 55, .file(0)),
    Row("fsetxattr", 190, 7, .file(0)),
    Row("open", 2, nil, .path(0)),
    Row("openat", 257, 56, .path(1)),
    Row("openat2", 437, 437, .path(1)),
    Row("creat", 85, nil, .path(0)),
    Row("stat", 4, nil, .path(0)),
    Row("lstat", 6, nil, .path(0)),
    Row("newfstatat", 262, 79, .path(1)),
    Row("statx", 332, 291, .path(1)),
    Row("access", 21, nil, .path(0)),
    Row("faccessat", 269, 48, .path(1)),
    Row("faccessat2", 439, 439, .path(1)),
    Row("readlink", 89, nil, .path(0)),
    Row("readlinkat", 267, 78, .path(1)),
    Row("statfs", 137, 43, .path(0)),
    Row("truncate", 76, 45, .path(0)),
    Row("unlink", 87, nil, .path(0)),
    Row("unlinkat", 263, 35, .path(1)),
    Row("rename", 82, nil, .path(0)),
    Row("renameat", 264, 38, .path(1)),
    Row("renameat2", 316, 276, .path(1)),
    Row("mkdir", 83, nil, .path(0)),
    Row("mkdirat", 258, 34, .path(1)),
    Row("rmdir", 84, nil, .path(0)),
    Row("link", 86, nil, .path(0)),
    Row("linkat", 265, 37, .path(1)),
    Row("symlink", 88, nil, .path(1)),
    Row("symlinkat", 266, 36, .path(2)),
    Row("chmod", 90, nil, .path(0)),
    Row("fchmodat", 268, 53, .path(1)),
    Row("chown", 92, nil, .path(0)),
    Row("fchownat", 260, 54, .path(1)),
    Row("utimensat", 280, 88, .path(1)),
    Row("chdir", 80, 49, .path(0)),
    Row("getxattr", 191, 8, .path(0)),
    Row("lgetxattr", 192, 9, .path(0)),
    Row("setxattr", 188, 5, .path(0)),
    Row("inotify_add_watch", 254, 27, .path(1)),
    Row("execve", 59, 221, .path(0)),
    Row("execveat", 322, 281, .path(1)),
    Row("flock", 73, 32, .fileLock),
    Row("fcntl", 72, 25, .fileControl),

    Row("poll", 7, nil, .poll(timeout: 2, isPointer: false)),
    Row("ppoll", 271, 73, .poll(timeout: 2, isPointer: true)),
    Row("select", 23, nil, .select),
    Row("pselect6", 270, 72, .select),
    Row("epoll_wait", 232, nil, .readinessSet),
    Row("epoll_pwait", 281, 22, .readinessSet),
    Row("epoll_pwait2", 441, 441, .readinessSet),

    Row("wait4", 61, 260, .child),
    Row("waitid", 247, 95, .child),
    Row("vfork", 58, nil, .child),
    Row("clone", 56, 220, .childOfClone),
    Row("clone3", 435, 435, .childOfClone3),

    Row("io_uring_enter", 426, 426, .ring),
    Row("io_getevents", 208, 4, .asynchronous),
    Row("io_pgetevents", 333, 292, .asynchronous),

    Row("pause", 34, nil, .signal),
    Row("rt_sigsuspend", 130, 133, .signal),
    Row("rt_sigtimedwait", 128, 137, .signal),

    Row("semop", 65, 193, .systemVSemaphore),
    Row("semtimedop", 220, 192, .systemVSemaphore),
    Row("msgrcv", 70, 188, .message),
    Row("msgsnd", 69, 189, .message),
    Row("mq_timedreceive", 243, 183, .message),
    Row("mq_timedsend", 242, 182, .message),

    Row("mmap", 9, 222, .other),
    Row("munmap", 11, 215, .other),
    Row("mprotect", 10, 226, .other),
    Row("mremap", 25, 216, .other),
    Row("madvise", 28, 233, .other),
    Row("brk", 12, 214, .other),
    Row("mlock", 149, 228, .other),
    Row("mlockall", 151, 230, .other),
    Row("membarrier", 324, 283, .other),
    Row("getrandom", 318, 278, .other),
    Row("fork", 57, nil, .other),
    Row("exit", 60, 93, .other),
    Row("exit_group", 231, 94, .other),
  ]
}
