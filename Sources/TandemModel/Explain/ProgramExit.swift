/// How a program ended: `{"code": 0, "signal": null}` or `{"code": null, "signal": 11}`.
public enum ProgramExit: Sendable, Equatable {
  /// It exited with a code.
  case code(Int32)
  /// A signal ended it.
  case signal(Int32)
}

extension ProgramExit: Codable {
  private enum CodingKeys: String, CodingKey { case code, signal }

  /// Reads an object in which one of the two keys has a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let code = try container.decodeIfPresent(Int32.self, forKey: .code) {
      self = .code(code)
    } else {
      self = .signal(try container.decode(Int32.self, forKey: .signal))
    }
  }

  /// Writes an object with both keys, one of them null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .code(let code):
      try container.encode(code, forKey: .code)
      try container.encodeNil(forKey: .signal)
    case .signal(let signal):
      try container.encodeNil(forKey: .code)
      try container.encode(signal, forKey: .signal)
    }
  }
}
