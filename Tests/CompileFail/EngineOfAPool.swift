import Tandem

func use(_ pool: ProcessPool) {
  // error: 'engine' is inaccessible due to 'private' protection level
  _ = pool.engine
}
