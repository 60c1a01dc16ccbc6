internal import TandemSystem

// A ring of frames between two processes
// ======================================
//
// One side writes frames, the other reads them; nobody else touches the ring, and there is no lock, so
// neither side can die holding one. Two positions, each counting bytes since the beginning and never
// going back: `written`, stored only by the writer, and `read`, stored only by the reader, each in a
// cache line of its own. A position modulo the capacity, a power of two, is a place in the ring.
//
// The writer fills bytes between `written` and `read + capacity`, which the reader doesn't look at,
// then stores `written` (release). The reader loads `written` (acquire), and so sees all bytes before
// it; when it needs them no more it stores `read` (release), which the writer loads (acquire) before it
// fills them again. So each byte has one owner at a time, and ownership passes by a release that the
// other side's acquire pairs with.
//
// A frame never wraps around: what is left at the end and too short for it is filled with a header
// of kind `filler`. Everything is a multiple of 64, so such a header always fits. A filler is
// published together with the frame that it made room for, so a reader passes over one at most.
//
// When the reader dies, `read` stops: the writer finds the ring full, and waits for nothing. When the
// writer dies within a frame, `written` has not moved: the frame was never there. What a dead peer has
// published stays, and is read.
//
// The *state* word of a frame is the one exception to single ownership: while a frame waits, its reader
// may take it and its writer may take it back, and a compare-and-exchange decides. A frame that was
// passed over is another frame's memory sooner or later, so the writer asks first whether the reader
// is past it. The answer may be out of date, but then the state isn't: the writer alone writes frames
// anew, and it is here. (A reader that passes over frames without taking them must not be asked to
// give them back.)
//
// A reader that doesn't trust its writer copies what it looks at before it checks it, and checks
// positions and sizes against the capacity: whatever the memory holds, it gets a frame or an error.
//
// `Tests/TandemWireTests/Rings/RingModelTests.swift` goes through every interleaving of these steps.

/// Where a ring lies in memory.
@safe package struct RingMemory {
  let written: SharedCounter
  let read: SharedCounter
  let data: UnsafeMutableRawPointer
  let capacity: Int

  /// How many bytes a ring takes: two cache lines and its capacity.
  package static func byteCount(capacity: Int) -> Int { 128 + capacity }

  /// A ring in shared memory, zeros at first.
  ///
  /// - Parameters:
  ///   - address: aligned to 64 bytes, with `byteCount(capacity:)` bytes, mapped as long as it is used.
  ///   - capacity: a power of two, at least 4096 and at most 4 GiB.
  @unsafe package init(at address: UnsafeMutableRawPointer, capacity: Int) {
    // SAFETY: the caller vouches for the memory.
    precondition(
      (4096...(1 << 32)).contains(capacity) && capacity & (capacity - 1) == 0,
      "a ring of \(capacity) bytes")
    written = unsafe SharedCounter(address.assumingMemoryBound(to: UInt64.self))
    read = unsafe SharedCounter((address + 64).assumingMemoryBound(to: UInt64.self))
    unsafe data = address + 128
    self.capacity = capacity
  }
}

/// The writing end of a ring.
@safe package struct RingWriter: ~Copyable {
  private let ring: RingMemory
  /// Where the next frame goes; ahead of the published position by what is not published yet.
  private var position: UInt64 = 0
  private var published: UInt64 = 0
  /// The reader's position when it was last looked at: only ever too low.
  private var readSeen: UInt64 = 0

  /// The writing end of an empty ring.
  package init(_ ring: RingMemory) { self.ring = ring }

  /// The writing end of an empty ring that has been used for so many bytes.
  ///
  /// - Parameters:
  ///   - ring: the ring, both of whose positions are there.
  ///   - start: a multiple of 64.
  init(_ ring: RingMemory, from start: UInt64) {
    self.ring = ring
    (position, published, readSeen) = (start, start, start)
  }

  /// Writes a frame, which the reader sees after `publish`.
  ///
  /// - Parameters:
  ///   - header: its header; `payloadSize` is filled in.
  ///   - payload: its bytes.
  /// - Returns: the frame's position, or nil when there is no room now.
  package mutating func append(_ header: RingHeader, _ payload: UnsafeRawBufferPointer) -> UInt64? {
    let extent = RingHeader.extent(payload: payload.count)
    guard let at = unsafe makeRoom(extent) else { return nil }
    var header = header
    header.payloadSize = UInt32(truncatingIfNeeded: payload.count)
    // SAFETY: `makeRoom` gave `extent` bytes that are the writer's.
    unsafe header.write(to: at)
    if let source = payload.baseAddress {
      unsafe (at + RingHeader.size).copyMemory(from: source, byteCount: payload.count)
    }
    defer { position &+= UInt64(extent) }
    return position
  }

  /// Writes a frame with a payload that is an array.
  ///
  /// - Parameters:
  ///   - header: its header.
  ///   - payload: its bytes.
  /// - Returns: the frame's position, or nil when there is no room now.
  @inline(__always)
  package mutating func append(_ header: RingHeader, _ payload: [UInt8]) -> UInt64? {
    unsafe payload.withUnsafeBytes { bytes in unsafe append(header, bytes) }
  }

  /// Writes a frame with a payload that is part of an array.
  ///
  /// - Parameters:
  ///   - header: its header.
  ///   - payload: its bytes.
  /// - Returns: the frame's position, or nil when there is no room now.
  @inline(__always)
  package mutating func append(_ header: RingHeader, _ payload: ArraySlice<UInt8>) -> UInt64? {
    unsafe payload.withUnsafeBytes { bytes in unsafe append(header, bytes) }
  }

  /// Whether a payload of this size would fit now.
  package mutating func hasRoom(payload: Int) -> Bool {
    let extent = RingHeader.extent(payload: payload)
    return freeAfterFiller(extent) >= extent
  }

  /// Shows the reader everything that was written so far.
  ///
  /// - Returns: whether there was anything new.
  @discardableResult
  package mutating func publish() -> Bool {
    guard position != published else { return false }
    published = position
    ring.written.store(position)
    return true
  }

  /// Whether the reader is past the frame at a position: it has taken it, or passed it over.
  package func isConsumed(_ position: UInt64) -> Bool {
    // Positions are compared by their distance, which holds beyond the largest number too. What
    // this writer has filled anew was consumed, whatever the reader says later.
    let filled = self.position &- readSeen
    guard position &- readSeen < filled else { return true }
    return Int64(bitPattern: ring.read.load() &- position) > 0
  }

  /// Takes a frame back that the reader has not begun.
  ///
  /// - Parameter position: where it is, as `append` told.
  /// - Returns: whether it was taken back; the reader will pass it over.
  package func revoke(_ position: UInt64) -> Bool {
    // A frame behind the reader may have been written over; its word is another frame's by now.
    guard !isConsumed(position) else { return false }
    // SAFETY: the place is within the ring, and the frame there is still this one.
    return unsafe FrameState(at: ring.data + place(position)).revoke()
  }

  private func place(_ position: UInt64) -> Int {
    Int(truncatingIfNeeded: position & UInt64(ring.capacity - 1))
  }

  /// How much room there is, less what a frame of this extent would leave unused at the end.
  private mutating func freeAfterFiller(_ extent: Int) -> Int {
    let toEnd = ring.capacity - place(position)
    let lost = toEnd < extent ? toEnd : 0
    var free = ring.capacity - Int(truncatingIfNeeded: position &- readSeen)
    if free < extent + lost {
      let read = ring.read.load()
      // A reader that isn't to be trusted can't make room where there is none.
      if read &- readSeen <= published &- readSeen { readSeen = read }
      free = ring.capacity - Int(truncatingIfNeeded: position &- readSeen)
    }
    return free - lost
  }

  private mutating func makeRoom(_ extent: Int) -> UnsafeMutableRawPointer? {
    guard freeAfterFiller(extent) >= extent else { return nil }
    let toEnd = ring.capacity - place(position)
    if toEnd < extent {
      var filler = RingHeader(.filler)
      filler.payloadSize = UInt32(truncatingIfNeeded: toEnd - RingHeader.size)
      // SAFETY: at least 64 bytes are left, all of them free.
      unsafe filler.write(to: ring.data + place(position))
      position &+= UInt64(toEnd)
    }
    // SAFETY: within the ring, and free up to `extent` bytes on.
    return unsafe ring.data + place(position)
  }
}

/// What is wrong with a ring: its other end has written over it.
package enum RingError: Error, Hashable, Sendable {
  /// The writer's position can't be.
  case position
  /// A frame is of no known kind, or longer than what was written.
  case frame
}

/// The reading end of a ring.
@safe package struct RingReader: ~Copyable {
  private let ring: RingMemory
  private var position: UInt64 = 0
  private var writtenSeen: UInt64 = 0
  /// The extent of the frame that `next` gave.
  private var extent = 0

  /// The reading end of a ring of which nothing has been read.
  package init(_ ring: RingMemory) { self.ring = ring }

  /// The reading end of an empty ring that has been used for so many bytes.
  ///
  /// - Parameters:
  ///   - ring: the ring, both of whose positions are there.
  ///   - start: a multiple of 64.
  init(_ ring: RingMemory, from start: UInt64) {
    self.ring = ring
    (position, writtenSeen) = (start, start)
  }

  /// Whether a frame waits.
  package func hasFrame() -> Bool { ring.written.load() != position }

  /// The next frame, without taking it out; the same one until `advance`.
  ///
  /// - Returns: its header, copied; nil when there is none.
  /// - Throws: what is wrong with the ring; nothing that it gives later is to be believed.
  package mutating func next() throws(RingError) -> RingHeader? {
    var passedFiller = false
    while true {
      if position == writtenSeen {
        let written = ring.written.load()
        guard written != position else { return nil }
        let fresh = written &- position
        guard fresh <= UInt64(ring.capacity), fresh % UInt64(RingHeader.alignment) == 0 else {
          throw .position
        }
        writtenSeen = written
      }
      let place = Int(truncatingIfNeeded: position & UInt64(ring.capacity - 1))
      // SAFETY: the place is a multiple of 64 within the ring.
      guard let header = unsafe RingHeader.read(from: ring.data + place) else { throw .frame }
      let size = RingHeader.extent(payload: Int(header.payloadSize))
      guard size <= ring.capacity - place, UInt64(size) <= writtenSeen &- position else {
        throw .frame
      }
      extent = size
      guard header.kind == .filler else { return header }
      // A filler reaches to the end and has its frame behind it: so this loop runs twice at most,
      // even if the writer goes on and on.
      guard !passedFiller, size == ring.capacity - place, UInt64(size) < writtenSeen &- position
      else { throw .frame }
      passedFiller = true
      advance()
    }
  }

  /// Copies the payload of the frame that `next` gave.
  ///
  /// - Parameters:
  ///   - header: what `next` gave.
  ///   - bytes: replaced by the payload; its storage is used again.
  package func copyPayload(_ header: RingHeader, into bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    appendPayload(header, to: &bytes)
  }

  /// Copies the payload of the frame that `next` gave after bytes that are there already.
  ///
  /// - Parameters:
  ///   - header: what `next` gave.
  ///   - bytes: where it is appended.
  package func appendPayload(_ header: RingHeader, to bytes: inout [UInt8]) {
    let place = Int(truncatingIfNeeded: position & UInt64(ring.capacity - 1))
    // Holds of whatever `next` gave here; another frame's header would lead out of the ring.
    precondition(Int(header.payloadSize) <= ring.capacity - place - RingHeader.size)
    // SAFETY: so many bytes follow within the ring.
    unsafe bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: ring.data + place + RingHeader.size, count: Int(header.payloadSize)))
  }

  /// Takes the frame that `next` gave for good, unless its writer took it back.
  ///
  /// - Returns: whether it is the reader's now.
  package func take() -> Bool {
    let place = Int(truncatingIfNeeded: position & UInt64(ring.capacity - 1))
    // SAFETY: the place is within the ring.
    return unsafe FrameState(at: ring.data + place).take()
  }

  /// Gives the frame that `next` gave back to the writer, as room.
  package mutating func advance() {
    position &+= UInt64(extent)
    extent = 0
    ring.read.store(position)
  }
}

/// Whose a waiting frame is.
private struct FrameState {
  private let word: SharedWord

  @unsafe init(at address: UnsafeMutableRawPointer) {
    // SAFETY: the state is the first word of a header.
    word = unsafe SharedWord(address.assumingMemoryBound(to: UInt32.self))
  }

  func take() -> Bool { word.compareExchange(0, 1) }
  func revoke() -> Bool { word.compareExchange(0, 2) }
}
