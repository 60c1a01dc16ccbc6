/// A closure on its way through the memory of a batch: from the inputs to the outputs.
///
/// A worker finds the closure's types when it is told of the function, so no code of its own is compiled
/// for them, and what costs nothing elsewhere does here: an array's subscript and its `append` ask the
/// runtime for types at each item (30 ns), and a plain copy calls the type's witness (2 ns, three times an
/// item). In its box a closure takes the address of its input and the address for its output, though,
/// whatever they are (`ClosureCode`). So for values that are plain bits only their sizes matter, and
/// there are few of these: the loop is compiled for each pair.
@unsafe struct BatchWalk<Input, Output> {
  // SAFETY (@unsafe): whoever makes one vouches for the memory, which is not its own.

  let body: ClosureCode.Box<Input, Output>
  /// The first of `count` inputs.
  let input: UnsafePointer<Input>
  /// Where the first output belongs, with room for as many.
  let output: UnsafeMutablePointer<Output>
  let count: Int

  /// Calls the closure for each input.
  ///
  /// - Parameter frame: is told of each item before it begins.
  /// - Returns: how many outputs there are, and the error of the item behind them.
  func run(noting frame: WorkedFrame) -> (done: Int, failure: (any Error)?) {
    // SAFETY (all, and below): nothing is read or written here but by `walk`; what a cast relies on stands
    // at `cast`.
    if unsafe Self.isPlain(Input.self), unsafe Self.isPlain(Output.self) {
      switch MemoryLayout<Input>.size {
      case 1: if let ended = unsafe run(from: UInt8.self, frame) { return ended }
      case 2: if let ended = unsafe run(from: UInt16.self, frame) { return ended }
      case 4: if let ended = unsafe run(from: UInt32.self, frame) { return ended }
      case 8: if let ended = unsafe run(from: UInt64.self, frame) { return ended }
      default: break
      }
    }
    return unsafe walk(noting: frame)
  }

  /// Whether values are bits without holes between them.
  private static func isPlain<Value>(_: Value.Type) -> Bool {
    _isPOD(Value.self) && MemoryLayout<Value>.size == MemoryLayout<Value>.stride
  }

  @inline(__always)
  private func run<From: BitwiseCopyable>(
    from _: From.Type, _ frame: WorkedFrame
  ) -> (done: Int, failure: (any Error)?)? {
    switch MemoryLayout<Output>.size {
    case 1: unsafe cast(From.self, UInt8.self).walk(noting: frame)
    case 2: unsafe cast(From.self, UInt16.self).walk(noting: frame)
    case 4: unsafe cast(From.self, UInt32.self).walk(noting: frame)
    case 8: unsafe cast(From.self, UInt64.self).walk(noting: frame)
    default: nil
    }
  }

  /// The same walk over bits.
  @inline(__always)
  private func cast<From: BitwiseCopyable, To: BitwiseCopyable>(
    _: From.Type, _: To.Type
  ) -> BatchWalk<From, To> {
    // SAFETY: the closure gets addresses and never learns what its caller took the bits there for. The
    // sizes are the same, and there is nothing else to a value that is plain bits. An array's elements
    // begin at a multiple of 16 bytes, so they are aligned for integers of their size.
    unsafe BatchWalk<From, To>(
      body: unsafeBitCast(body, to: ClosureCode.Box<From, To>.self),
      input: UnsafeRawPointer(input).assumingMemoryBound(to: From.self),
      output: UnsafeMutableRawPointer(output).assumingMemoryBound(to: To.self), count: count)
  }

  @inline(__always)
  private func walk(noting frame: WorkedFrame) -> (done: Int, failure: (any Error)?) {
    // SAFETY: there are `count` inputs, and as much room.
    for item in 0..<count {
      frame.note(item: item)
      do {
        unsafe (output + item).initialize(to: try body.body(input[item]))
      } catch {
        return (item, error)
      }
    }
    return (count, nil)
  }
}
