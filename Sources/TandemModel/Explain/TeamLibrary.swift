/// A library that keeps a team of threads that compute for its callers.
package struct TeamLibrary: Sendable, Equatable {
  /// The variable of the environment that limits their number; nil when there is none.
  package var variable: String?
  /// The setting that keeps them from spinning for a while before they sleep; nil when they don't, or when
  /// there is none.
  package var settingAgainstSpinning: String?

  private static let known: [(part: String, library: TeamLibrary)] = [
    ("openblas", TeamLibrary("OPENBLAS_NUM_THREADS")),
    ("libmkl", TeamLibrary("MKL_NUM_THREADS")),
    ("libgomp", TeamLibrary("OMP_NUM_THREADS", "OMP_WAIT_POLICY=passive")),
    ("libiomp", TeamLibrary("OMP_NUM_THREADS", "OMP_WAIT_POLICY=passive")),
    ("libomp", TeamLibrary("OMP_NUM_THREADS", "OMP_WAIT_POLICY=passive")),
    ("libblis", TeamLibrary("BLIS_NUM_THREADS")),
    ("libtbb", TeamLibrary(nil)),
  ]

  /// Tells a library by its file's name; nil for another one.
  package init?(file: String) {
    guard let match = Self.known.first(where: { file.contains($0.part) }) else { return nil }
    self = match.library
  }

  private init(_ variable: String?, _ setting: String? = nil) {
    self.variable = variable
    settingAgainstSpinning = setting
  }
}
