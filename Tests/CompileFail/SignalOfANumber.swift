import Tandem

func use(_ process: WorkerProcess<Int>) {
  // error: cannot convert value of type 'Int' to expected argument type 'Signal'
  process.send(9)
}
