import Tandem

// error: type 'OwnPool' does not conform to protocol 'WorkerPool'
final class OwnPool: WorkerPool {
  let name = "own"
  let workerCount = 1
  var statistics: PoolStatistics { fatalError() }
  func resize(to workers: Int) throws(PoolError) {}
  func shutdown(_ mode: PoolShutdown) async {}
}
