internal import TandemSystem

/// A closure that captures nothing, taken apart into its code and put together again.
///
/// A closure value is two words: code and context. The context is null when nothing is captured, and
/// then the code is all there is. Inside `Box` the closure has the calling convention of its most
/// general form, whatever its types are, so one function can call any of them.
enum ClosureCode {
  struct Box<Input, Output> {
    let body: @Sendable (Input) throws -> Output
  }

  struct AsyncBox<Input, Output> {
    let body: @Sendable (Input) async throws -> Output
  }

  /// The code of a closure; nil when it has a context.
  static func code<Input, Output>(of box: Box<Input, Output>) -> UInt? {
    // SAFETY: the box holds one closure, which is two words; only looked at.
    let (code, context) = unsafe unsafeBitCast(box, to: (UInt, UInt).self)
    return context == 0 ? code : nil
  }

  /// The async function pointer of a closure; nil when it has a context.
  static func code<Input, Output>(of box: AsyncBox<Input, Output>) -> UInt? {
    // SAFETY: as above.
    let (code, context) = unsafe unsafeBitCast(box, to: (UInt, UInt).self)
    return context == 0 ? code : nil
  }

  /// Where the instructions of an async closure begin.
  ///
  /// An async function pointer is a record that begins with the distance from itself to the function
  /// (swift/docs/ABI/CallConvSummary.rst, "async function pointer").
  static func function(ofAsync pointer: UInt) -> UInt {
    // SAFETY: the address was taken from an async closure, so the record is there.
    let distance = unsafe UnsafePointer<Int32>(bitPattern: pointer).map { unsafe $0.pointee }
    return pointer &+ UInt(bitPattern: Int(distance ?? 0))
  }

  /// The closure at a code address.
  static func closure<Input, Output>(
    at code: UInt, _: Input.Type, _: Output.Type
  ) -> Box<Input, Output> {
    // SAFETY: the address was taken from a closure of this very type by the same program; a null
    // context is valid for code that has none.
    unsafe unsafeBitCast((code, 0 as UInt), to: Box<Input, Output>.self)
  }

  /// The async closure at the address of its async function pointer.
  static func asyncClosure<Input, Output>(
    at code: UInt, _: Input.Type, _: Output.Type
  ) -> AsyncBox<Input, Output> {
    // SAFETY: as above.
    unsafe unsafeBitCast((code, 0 as UInt), to: AsyncBox<Input, Output>.self)
  }
}
