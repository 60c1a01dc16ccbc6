internal import TandemSystem
internal import TandemWire

/// What a worker process sends back: one frame.
enum TaskReply: Sendable {
  /// The encoded output.
  case value([UInt8])
  /// The task could not be run, or threw.
  case failure(Failure)

  /// How many bytes an encoded output has at most.
  private static let largestOutput = FrameLimits.largestResult - Frame.headerSize
  /// How many bytes the list of a worker's images has at most.
  private static let largestHello = 1 << 20

  /// Why there is no output.
  enum Failure: Codable, Sendable {
    /// The error that the task threw.
    case threw(ThrownError)
    /// Tandem's own error in the worker: its code's name, its sentence and its cause.
    case failed(code: String, message: String, cause: String?)

    /// An error that the work threw, just now.
    init(thrown error: any Error) { self = .threw(ThrownError(error)) }

    /// Tandem's own error in a worker.
    init(_ error: PoolError) {
      self = .failed(
        code: error.code.description, message: error.message, cause: error.cause.map { "\($0)" })
    }
  }

  /// The reply of a task that gave an output.
  init<Output: Encodable>(encoding output: Output) {
    do throws(PoolError) {
      let bytes = try ValueCoding.encode(output, "result")
      guard bytes.count <= Self.largestOutput else {
        throw PoolError(
          .encodingFailed,
          """
          the result, a \(Output.self), has \(bytes.count) bytes, and \(Self.largestOutput) are the limit
          """)
      }
      self = .value(bytes)
    } catch {
      self.init(error)
    }
  }

  /// The reply of a worker that could not run its task.
  init(_ error: PoolError) {
    self = .failure(Failure(error))
  }

  /// The reply of a task that threw.
  init(thrown error: any Error) {
    self = .failure(Failure(thrown: error))
  }

  /// The bytes to send.
  func frame() -> [UInt8] {
    switch self {
    case .value(let bytes):
      return Frame(kind: .result, id: 0, payload: bytes).encoded()
    case .failure(let failure):
      // A description of any length fits; only memory could fail, and then the exit status tells.
      let payload = (try? ValueCoding.encode(failure, "failure")) ?? []
      return Frame(kind: .failure, id: 0, payload: payload).encoded()
    }
  }

  /// The frame that a worker which was executed anew sends first: where its images are loaded.
  static func hello(_ images: [MappedFile]) -> [UInt8] {
    Frame(kind: .hello, id: 0, payload: (try? ValueCoding.encode(images, "images")) ?? []).encoded()
  }

  /// The images that a worker told of, which are not trusted beyond naming functions.
  static func images(_ received: [UInt8]) -> [MappedFile]? {
    var reader = FrameReader(payloadLimit: largestHello)
    reader.push(received.prefix(Frame.headerSize + largestHello))
    guard let frame = try? reader.next(), frame.kind == .hello else { return nil }
    return try? ValueCoding.decode([MappedFile].self, from: frame.payload, "images")
  }

  /// Takes the reply out of what a worker sent, which is not trusted.
  ///
  /// - Parameter received: all that it sent.
  /// - Returns: nil when there is no whole frame.
  /// - Throws: `decodingFailed` for what is no frame.
  static func read(_ received: [UInt8]) throws(PoolError) -> TaskReply? {
    var reader = FrameReader(payloadLimit: FrameLimits.largestResult)
    reader.push(received)
    do {
      while let frame = try reader.next() {
        switch frame.kind {
        case .hello: continue
        case .result: return .value(frame.payload)
        case .failure:
          return .failure(try ValueCoding.decode(Failure.self, from: frame.payload, "failure"))
        default: return nil
        }
      }
      return nil
    } catch let error as PoolError {
      throw error
    } catch {
      throw PoolError(.decodingFailed, "a worker sent an invalid reply", cause: error)
    }
  }
}
