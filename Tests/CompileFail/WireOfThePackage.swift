import TandemWire

func use() throws {
  // error: cannot find 'WireEncoder' in scope
  _ = WireEncoder()
}
