internal import TandemSystem

/// What a pool's worker tells when it is set up.
struct ReadyReply: Codable {
  /// Where its images are loaded, if it was executed anew; not trusted beyond naming functions.
  var images: [MappedFile]?
  /// Why the setup failed; nil when it didn't.
  var failure: TaskReply.Failure?
}
