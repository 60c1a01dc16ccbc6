import TandemModel

extension StandstillCure {
  /// What to do where processes stand still because one of them is gone: it had a lock in shared memory, or a
  /// task of a pool.
  ///
  /// - Parameter waits: the waits.
  /// - Returns: a sentence; nil where it looks like something else.
  static func ofProcesses(_ waits: [StandstillWait]) -> String? {
    let processes = Set(waits.map(\.pid)).count
    guard processes >= 2 else { return nil }
    if waits.contains(where: { $0.target == .semaphore }),
      waits.allSatisfy({ [.semaphore, .processEnd].contains($0.target) })
    {
      return """
        Look for a process that has ended while it had this lock, as one does that is killed: nobody is left \
        to release it. Release it on every way out, or lock a file (flock), which ends with its process.
        """
    }
    let pools = Set(
      waits.filter { wait in
        wait.function.map {
          $0.file.hasSuffix("multiprocessing/pool.py") && $0.name.hasSuffix("_handle_tasks")
        } ?? false
      }.map(\.pid))
    // Workers without a task wait for the pipe, and for their turn at it.
    let workers = waits.filter { !pools.contains($0.pid) }
    if !pools.isEmpty, !workers.isEmpty,
      workers.allSatisfy({ [.semaphore, .pipeData].contains($0.target) })
    {
      return """
        Look for a worker of the pool that was killed or ended in its task (out of memory, os._exit): \
        multiprocessing.Pool waits for its result for ever, where concurrent.futures raises BrokenProcessPool.
        """
    }
    return nil
  }
}
