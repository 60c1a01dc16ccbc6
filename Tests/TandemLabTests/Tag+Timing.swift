import Testing

extension Tag {
  /// Tests that hold a `TimePromise`.
  @Tag static var timing: Self
}
