import Tandem

func use(_ pool: ThreadPool) async throws -> Int {
  var sum = 0
  _ = try await pool.map([1, 2]) { (number: Int) -> Int in
    // error: mutation of captured var 'sum' in concurrently-executing code
    sum += number
    // error: reference to captured var 'sum' in concurrently-executing code
    return sum
  }
  return sum
}
