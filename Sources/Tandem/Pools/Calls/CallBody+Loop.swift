/// The loop over the items that a thread works on.
extension CallBody {
  /// Does the work of one item, whatever form the body has.
  nonisolated(nonsending) func output(of input: Input) async throws -> Output {
    switch self {
    case .sync(let body, _): try body(input)
    case .async(let body, _): try await body(input)
    case .task(let run, _): try await run(input)
    }
  }

  /// Does the work of items, one after the other, as long as there are some.
  ///
  /// - Parameters:
  ///   - work: which items.
  ///   - input: gives the input of an item; nil when it is no longer wanted.
  ///   - keep: takes its output.
  /// - Returns: the item that threw, and its error.
  nonisolated(nonsending) func perform(
    _ work: ThreadWork, input: (Int) -> Input?, keep: (Output, Int) -> Void
  ) async -> (item: Int, error: any Error)? {
    while let item = work.next(), let input = input(item) {
      do { keep(try await output(of: input), item) } catch { return (item, error) }
    }
    return nil
  }

  /// As above, for a body that doesn't wait.
  func performNow(
    _ work: ThreadWork, input: (Int) -> Input?, keep: (Output, Int) -> Void
  ) -> (item: Int, error: any Error)? {
    guard case .sync(let body, _) = self else { preconditionFailure("the work is async") }
    while let item = work.next(), let input = input(item) {
      do { keep(try body(input), item) } catch { return (item, error) }
    }
    return nil
  }
}
