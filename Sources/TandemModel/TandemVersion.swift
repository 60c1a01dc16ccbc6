/// The version of Tandem, in the one place where it is written.
///
/// `tandem --version` prints it and every report carries it. `CHANGELOG.md` says what each brought.
public enum TandemVersion {
  /// The version that this is (semver.org).
  public static let current = "0.1.0"
}
