/// The memory of a process, or of one of its mappings, in KiB: the figures of
/// `/proc/PID/smaps_rollup` and `/proc/PID/smaps` (proc_pid_smaps(5)).
package struct SmapsRollup: Sendable, Hashable {
  /// Resident, shared pages counted in full.
  package var rssKiB: Int
  /// Proportional set size: each resident page divided by the number of processes that have it.
  ///
  /// Of all these figures only this one adds up over processes.
  package var pssKiB: Int
  /// Resident in this process alone and equal to what is on disk.
  package var privateCleanKiB: Int
  /// Resident in this process alone and written to.
  package var privateDirtyKiB: Int
  /// In huge pages of hugetlbfs, in this process alone; 0 on kernels without them.
  package var privateHugetlbKiB: Int
  /// Resident without a file behind it; nil where the file doesn't say it.
  package var anonymousKiB: Int?
  /// Swapped out; 0 on kernels without swap.
  package var swapKiB: Int
  /// Unique set size: the three private figures together, what ending the process frees.
  package let ussKiB: Int

  /// Parses the text of a whole `smaps_rollup`, or the lines of one mapping of `smaps`.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: some Collection<UInt8>) {
    let lines = KeyedLines(bytes)
    guard let rss = lines.count("Rss"), let pss = lines.count("Pss"),
      let clean = lines.count("Private_Clean"), let dirty = lines.count("Private_Dirty")
    else { return nil }
    let hugetlb = lines.count("Private_Hugetlb") ?? 0
    let (some, tooLarge) = clean.addingReportingOverflow(dirty)
    let (all, tooLargeNow) = some.addingReportingOverflow(hugetlb)
    guard !tooLarge, !tooLargeNow else { return nil }
    self.rssKiB = rss
    self.pssKiB = pss
    self.privateCleanKiB = clean
    self.privateDirtyKiB = dirty
    self.privateHugetlbKiB = hugetlb
    self.anonymousKiB = lines.count("Anonymous")
    self.swapKiB = lines.count("Swap") ?? 0
    self.ussKiB = all
  }

  /// Reads the file of a process.
  ///
  /// The kernel walks the page tables for it: about 4 µs for each resident MiB, the process's
  /// memory map locked meanwhile. A few times a second is often enough.
  ///
  /// - Parameter subject: whose file.
  /// - Returns: the figures.
  /// - Throws: the error number of open(2) or read(2), `EACCES` for processes of other users; `EBADMSG`
  ///   when it isn't such a file.
  package static func read(_ subject: ProcSubject) throws(Errno) -> SmapsRollup {
    try ProcFile.parsed(subject.path("smaps_rollup")) { SmapsRollup($0) }
  }
}
