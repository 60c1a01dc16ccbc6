import Tandem

func use(_ pool: ProcessPool) throws {
  // error: 'PoolWork' initializer is inaccessible due to 'package' protection level
  // error: missing argument for parameter #1 in call
  try pool.enqueue(PoolWork())
}
