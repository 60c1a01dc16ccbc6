/// What became of one item of a frame.
enum ItemReply: Codable {
  /// Its encoded output.
  case value([UInt8])
  /// It has no output.
  case failure(TaskReply.Failure)
  /// An item before it threw.
  case notRun
}
