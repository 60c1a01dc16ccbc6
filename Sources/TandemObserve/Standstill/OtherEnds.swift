import TandemSystem

/// Finds all holders of the other end of a pipe or a socket, inside of the program and outside.
struct OtherEnds {
  /// The most processes of the machine that are searched.
  private static let mostProcesses = 4096
  /// The most descriptors of each that are searched.
  private static let mostDescriptors = 1024

  /// Who holds an end.
  struct Holders: Hashable {
    /// Processes of the program.
    var inside: [CInt]
    /// Whether another process does.
    var isOutside: Bool
    /// Whether every process could be searched.
    var isComplete: Bool
  }

  /// Searches for the holders of an end.
  ///
  /// - Parameters:
  ///   - link: where their descriptors lead.
  ///   - access: what those must have been opened for.
  ///   - waiting: the descriptor of the thread that waits, which doesn't count.
  ///   - holders: knows the program's processes.
  ///   - now: the time.
  /// - Returns: the holders.
  static func search(
    _ link: DescriptorLink, _ access: DescriptorAccess, besides waiting: DescriptorHolders.Holder,
    _ holders: inout DescriptorHolders, now: UInt64
  ) -> Holders {
    let program = holders.processes
    var found = Holders(inside: [], isOutside: false, isComplete: true)
    // One with other rights may hold the end, and doesn't say.
    if program.contains(where: { isClosed($0) }) { found.isOutside = true }
    for pid in program {
      let others = descriptors(of: pid, link, access).filter {
        DescriptorHolders.Holder(pid: pid, number: $0) != waiting
      }
      if !others.isEmpty { found.inside.append(pid) }
    }
    // This process has what the program inherited from it.
    let own = ServerLaunch.ownPID
    let all = (try? ProcTasks.processes()) ?? []
    if all.isEmpty || all.count > mostProcesses { found.isComplete = false }
    for pid in all.prefix(mostProcesses) where pid != own && !holders.contains(pid) {
      if !descriptors(of: pid, link, access).isEmpty {
        found.isOutside = true
        return found
      }
    }
    return found
  }

  /// Whether a process is there, and its descriptors can't be read, or are too many.
  private static func isClosed(_ pid: CInt) -> Bool {
    do throws(Errno) {
      return try ProcDescriptors.all(of: pid, limit: mostDescriptors).count >= mostDescriptors
    } catch {
      return error != .noSuchFile && error != .noSuchProcess
    }
  }

  /// The descriptors of a process that lead somewhere and were opened for a purpose.
  private static func descriptors(
    of pid: CInt, _ link: DescriptorLink, _ access: DescriptorAccess
  ) -> [CInt] {
    let numbers = (try? ProcDescriptors.all(of: pid, limit: mostDescriptors)) ?? []
    return numbers.filter { number in
      guard (try? ProcDescriptors.link(number, of: nil, in: pid)) == link else { return false }
      if case .socket = link { return true }
      let opened = try? ProcDescriptors.access(number, of: nil, in: pid)
      return opened.map { !$0.isDisjoint(with: access) } ?? true
    }
  }
}
