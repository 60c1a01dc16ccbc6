/// What becomes of work when a pool is shut down.
public enum PoolShutdown: Sendable, Hashable {
  /// All of it is done first.
  case drain
  /// What runs is finished; what waits ends with `poolShutDown`.
  case cancelPending
  /// What runs is stopped too.
  case killNow
}
