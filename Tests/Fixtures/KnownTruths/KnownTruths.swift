import Glibc

/// Programs whose behaviour is fixed by how they are made, so that what `tandem explain` says about
/// them can be checked.
///
/// Work is measured in CPU time of the thread that does it, never in iterations or in wall time: so
/// what is true of a program is true on a slow machine, and on one that is busy with other things.
/// They are small and know nothing of Tandem; `KnownTruthTable` lists what must be said about each.
@main
enum KnownTruths {
  static func main() {
    // Whatever goes wrong, none of them outlives its test.
    alarm(300)
    let words = CommandLine.arguments
    guard words.count > 1 else { fail("name a program") }
    let numbers = words.dropFirst(2).map { word in
      Double(word) ?? { fail("not a number: \(word)") }()
    }
    func number(_ place: Int) -> Double {
      guard place < numbers.count else { fail("\(words[1]) needs \(place + 1) numbers") }
      return numbers[place]
    }
    func count(_ place: Int) -> Int { Int(number(place)) }

    switch words[1] {
    case "spin": spin(cpuSeconds: number(0))
    case "threads": threads(count(0), cpuSeconds: number(1))
    case "processes": processes(count(0), cpuSeconds: number(1))
    case "sleepers": sleepers(count(0), seconds: number(1))
    case "drip": drip(count(0), pauseSeconds: number(1))
    case "readers": readers(count(0))
    case "fed-readers": fedReaders(count(0), bytes: count(1), cpuSecondsEach: number(2))
    case "convoy": convoy(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "condition-chain": conditionChain(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "semaphore-chain": semaphoreChain(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "dispatch-sync": dispatchSync(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "dispatch-semaphore":
      dispatchSemaphore(count(0), items: count(1), cpuSecondsEach: number(2))
    case "actor": actorTurns(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "pipe-chain": pipeChain(count(0), rounds: count(1), cpuSecondsEach: number(2))
    case "slow-one": slowOne(count(0), cpuSeconds: number(1), slowest: number(2))
    case "idle-many": idleMany(count(0), busy: count(1), cpuSeconds: number(2))
    case "one-after-the-other": oneAfterTheOther(count(0), cpuSeconds: number(1))
    case "short-threads": shortThreads(count(0))
    case "short-processes": shortProcesses(count(0))
    case "paced-processes": pacedProcesses(count(0), perSecond: number(1))
    case "tree": tree(count(0), cpuSeconds: number(1))
    default: fail("no such program: \(words[1])")
    }
    if words[1] != "drip" { tellSwitches() }
  }
}

/// Writes what the kernel counted of this process's switches to standard output: those of all its
/// threads that have ended, and of this one so far.
private func tellSwitches() {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  let line = Array("switches \(usage.ru_nvcsw) \(usage.ru_nivcsw)\n".utf8)
  _ = write(1, line, line.count)
}

/// Ends with a sentence on standard error.
func fail(_ sentence: String) -> Never {
  let line = Array("KnownTruths: \(sentence)\n".utf8)
  _ = write(2, line, line.count)
  exit(2)
}
