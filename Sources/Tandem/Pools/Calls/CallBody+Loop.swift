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
  ///   - inputs: the inputs of all of them.
  ///   - keep: takes the output of each.
  /// - Returns: the item that threw, and its error.
  nonisolated(nonsending) func perform(
    _ work: ThreadWork, inputs: [Input], keep: (Output, Int) -> Void
  ) async -> (item: Int, error: any Error)? {
    while let item = work.next(), let input = inputs[of: item, in: work] {
      do { keep(try await output(of: input), item) } catch { return (item, error) }
    }
    return nil
  }

  /// As above, for a body that doesn't wait.
  func performNow(
    _ work: ThreadWork, inputs: [Input], keep: (Output, Int) -> Void
  ) -> (item: Int, error: any Error)? {
    guard case .sync(let body, _) = self else { preconditionFailure("the work is async") }
    while let item = work.next(), let input = inputs[of: item, in: work] {
      do { keep(try body(input), item) } catch { return (item, error) }
    }
    return nil
  }
}

extension Array {
  /// The input of an item, out of those of a thread's work; nil if others have ended it already.
  fileprivate subscript(of item: Int, in work: ThreadWork) -> Element? {
    let index = item - work.items.lowerBound
    return index < count ? self[index] : nil
  }
}
