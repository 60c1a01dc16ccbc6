import Tandem

func use(_ pool: any WorkerPool) {
  // error: 'intake' is inaccessible due to '@_spi' protection level
  _ = pool.intake
}
