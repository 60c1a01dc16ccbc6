// Threads count under one Mutex, which is a futex with priority inheritance on Linux:
// contended_mutex bad|fixed WORKERS. In the fixed form each counts alone first. The rounds are shared out.
import Dispatch
import Synchronization

final class Counter: Sendable { let count = Mutex(0) }

@main struct ContendedMutex {
  static func main() {
    let words = CommandLine.arguments
    let workers = Int(words[2]) ?? 2
    let shared = Counter()
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let counter = words[1] == "bad" ? shared : Counter()
      for _ in 0..<(36_000_000 / workers) { counter.count.withLock { $0 &+= 1 } }
    }
    print(shared.count.withLock { $0 })
  }
}
