import Glibc
import TandemSystem
import Testing

@Suite("Symbol tables", .timeLimit(.minutes(10)))
struct ELFSymbolsTests {
  @Test("Every symbol that is defined, and no other")
  func symbols() throws {
    let table = try #require(MadeUpELF.bytes().read())
    #expect(table.isFull)
    #expect(table.firstAddress == 0x40_0000)
    let symbols = table.symbols(withPrefix: "$s3App")
    #expect(symbols.map(\.name) == ["$s3App5countSivp", "$s3App3runyyF", "$s3App5tableSaySiGvp"])
    #expect(symbols.map(\.isZeroed) == [true, false, false])
    #expect(symbols.map(\.address) == [0x40_3000, 0x40_1000, 0x40_2000])
    #expect(symbols.map(\.size) == [8, 32, 8])
    #expect(table.symbols(withPrefix: "$s3Apples").isEmpty)
    #expect(table.symbols(withPrefix: "").count == 5)
  }

  @Test("The symbol of a name")
  func named() throws {
    let table = try #require(MadeUpELF.bytes().read())
    #expect(table.symbol(named: "$s3App3runyyF")?.address == 0x40_1000)
    // Names share their ends, but only the whole name counts.
    #expect(table.symbol(named: "3runyyF") == nil)
    #expect(table.symbol(named: "$s3App3run") == nil)
    #expect(table.symbol(named: "$s3App8importedSivp") == nil, "not defined here")
    #expect(table.symbol(named: "") == nil)
  }

  @Test("Sections, their texts, and what the file holds for an address")
  func sections() throws {
    let table = try #require(MadeUpELF.bytes(lines: "\03.9.18\0x/3.10.2\013.9.1\0.3.9\03.").read())
    #expect(table.machine == 62)
    #expect(table.section(named: ".bss")?.size == 64)
    #expect(table.section(named: ".bs") == nil)
    #expect(
      table.texts(withPrefix: "3.", inSection: ".debug_line", longest: 16) == ["3.9.18", "3.10.2"])
    #expect(table.texts(withPrefix: "3.", inSection: ".debug_line", longest: 5).isEmpty)
    #expect(table.texts(withPrefix: "3.", inSection: ".none", longest: 16).isEmpty)
    #expect(table.bytes(at: 0x40_0000, count: 4) == [0x7f, 0x45, 0x4c, 0x46])
    #expect(table.bytes(at: 0x40_0000, count: 65) == nil, "more than the segment has")
    #expect(table.bytes(at: 0x3f_ffff, count: 1) == nil)
    #expect(table.bytes(at: .max, count: 8) == nil)
    #expect(table.neededLibraries.isEmpty)
  }

  @Test("What this program needs")
  func needed() throws {
    let own = try #require(ELFSymbols(path: "/proc/self/exe"))
    #expect(own.neededLibraries.contains { $0.hasPrefix("libc.so") })
    #expect(own.section(named: ".text")?.address != 0)
  }

  @Test("The function that an address lies in")
  func functions() throws {
    let table = try #require(MadeUpELF.bytes().read())
    let found = table.functions(at: [0x40_1000, 0x40_101f, 0x40_1020, 0xfff, 0x40_2000, 0x40_1040])
    // The last has no size: only its very address is its own. Data is no function.
    #expect(
      found.map { $0?.name }
        == ["$s3App3runyyF", "$s3App3runyyF", nil, nil, nil, "a_function_of_unknown_size"])
    #expect(table.functions(at: []).isEmpty)
  }

  @Test("Whether the line tables name a file")
  func sourceFiles() throws {
    let table = try #require(
      MadeUpELF.bytes(lines: "\0main.swift\0a/b.swift\0domain.swift\0").read())
    #expect(table.namesSourceFile("main.swift") == true)
    #expect(table.namesSourceFile("b.swift") == true)
    // Only whole names.
    #expect(table.namesSourceFile("ain.swift") == false)
    #expect(table.namesSourceFile("main") == false)
    let domain = try #require(MadeUpELF.bytes(lines: "\0domain.swift\0").read())
    #expect(domain.namesSourceFile("main.swift") == false)
    let none = try #require(MadeUpELF.bytes(lines: nil).read())
    #expect(none.namesSourceFile("main.swift") == nil)
  }

  @Test("This program's own table")
  func own() throws {
    let table = try #require(ELFSymbols(path: "/proc/self/exe"))
    #expect(table.isFull)
    let own = table.symbols(withPrefix: "$s17TandemSystemTests10MarkedTypeV8markedIn")
    let function = try #require(own.first { $0.size > 0 })
    #expect(table.functions(at: [function.address, function.address + 1]).allSatisfy { $0 != nil })
    #expect(MarkedType().markedIn(1) == 2)
  }

  @Test("What is no such file gives nothing")
  func others() {
    #expect(ELFSymbols(path: "/proc/self/environ") == nil)
    #expect(ELFSymbols(path: "/etc") == nil)
    #expect(ELFSymbols(path: "/dev/null") == nil)
    #expect(ELFSymbols(path: "/none") == nil)
    #expect(MadeUpELF(bytes: [UInt8](repeating: 0, count: 4096)).read() == nil)
    var wide = MadeUpELF.bytes()
    wide.bytes[4] = 1
    #expect(wide.read() == nil, "32 bits")
    wide = MadeUpELF.bytes()
    wide.bytes[5] = 2
    #expect(wide.read() == nil, "big-endian")
  }

  @Test("A file that is cut short anywhere gives what is there, or nothing")
  func truncated() {
    let whole = MadeUpELF.bytes()
    for count in 0..<whole.bytes.count {
      MadeUpELF(bytes: Array(whole.bytes[..<count])).askEverything()
    }
  }

  @Test(
    "A file that lies gives something or nothing, never a trap",
    arguments: 1...8 as ClosedRange<UInt64>)
  func mutated(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let whole = MadeUpELF.bytes()
    for _ in 0..<500 {
      var file = whole
      for _ in 0...random.next() % 6 {
        // Mostly where the offsets and the counts are.
        let isHeader = random.next() % 4 != 0
        let limit = isHeader ? whole.headers : file.bytes.indices
        let index = limit.lowerBound + Int(random.next() % UInt64(limit.count))
        switch random.next() % 4 {
        case 0: file.bytes[index] = 0xff
        case 1: file.bytes[index] = 0
        case 2: file.bytes[index] ^= 1 << UInt8(random.next() % 8)
        default: file.bytes[index] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      file.askEverything()
    }
  }
}

struct MarkedType {
  @inline(never)
  func markedIn(_ number: Int) -> Int { number + 1 }
}

/// A small executable, byte by byte (elf(5)).
private struct MadeUpELF {
  var bytes: [UInt8]
  /// Where the file's header, the program header and the section headers lie.
  var headers: Range<Int> = 0..<0

  /// Reads it from a file without a name.
  func read() -> ELFSymbols? {
    guard let memory = try? SharedMemory(name: "elf", byteCount: max(1, bytes.count)),
      let number = memory.descriptorNumber, ftruncate(number, bytes.count) == 0
    else { return nil }
    var written = 0
    while written < bytes.count {
      let count = pwrite(number, Array(bytes[written...]), bytes.count - written, written)
      if count <= 0 { return nil }
      written += count
    }
    return ELFSymbols(path: "/proc/self/fd/\(number)")
  }

  func askEverything() {
    guard let table = read() else { return }
    _ = table.symbols(withPrefix: "$s3App")
    _ = table.symbols(withPrefix: "")
    _ = table.functions(at: [0, 0x40_1000, .max])
    _ = table.namesSourceFile("main.swift")
    _ = table.symbol(named: "$s3App3runyyF")
    _ = table.section(named: ".text")
    _ = table.bytes(at: 0x40_0000, count: 24)
    _ = table.bytes(at: .max, count: 24)
    _ = table.texts(withPrefix: "m", inSection: ".debug_line", longest: 8)
    _ = table.neededLibraries
  }

  static func bytes(lines: String? = "\0main.swift\0") -> MadeUpELF {
    var file = [UInt8](repeating: 0, count: 64 + 56)
    func number(_ value: UInt64, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    func put(_ value: UInt64, _ size: Int, at offset: Int) {
      file.replaceSubrange(offset..<offset + size, with: number(value, size))
    }
    func append(_ part: [UInt8]) -> (offset: UInt64, size: UInt64) {
      defer { file += part }
      return (UInt64(file.count), UInt64(part.count))
    }
    func names(_ list: [String]) -> (bytes: [UInt8], at: [UInt64]) {
      list.reduce(into: (bytes: [0], at: [])) { result, name in
        result.at.append(UInt64(result.bytes.count))
        result.bytes += Array(name.utf8) + [0]
      }
    }
    // Name, type (0 none, 1 data, 2 function, 3 section), section, address, size.
    let symbols: [(String, UInt64, UInt64, UInt64, UInt64)] = [
      ("$s3App5countSivp", 1, 3, 0x40_3000, 8),
      ("$s3App3runyyF", 2, 4, 0x40_1000, 32),
      ("$s3App5tableSaySiGvp", 1, 5, 0x40_2000, 8),
      ("$s3App8importedSivp", 1, 0, 0, 0),
      ("$s3App7sectionV", 3, 4, 0x40_1000, 0),
      ("a_function_of_unknown_size", 2, 4, 0x40_1040, 0),
      ("another", 0, 4, 0x40_1050, 0),
    ]
    let strings = names(symbols.map(\.0))
    var table = [UInt8](repeating: 0, count: 24)
    for (symbol, name) in zip(symbols, strings.at) {
      table += number(name, 4)
      table += [UInt8(0x10 | symbol.1), 0]
      table += number(symbol.2, 2)
      table += number(symbol.3, 8)
      table += number(symbol.4, 8)
    }
    let sectionNames = names([
      ".symtab", ".strtab", ".bss", ".text", ".data", ".shstrtab", ".debug_line",
    ])
    let symtab = append(table)
    let strtab = append(strings.bytes)
    let shstrtab = append(sectionNames.bytes)
    let line = append(Array((lines ?? "").utf8))
    // Type, place, link.
    var sections: [(UInt64, (offset: UInt64, size: UInt64), UInt64)] = [
      (2, symtab, 2), (3, strtab, 0), (8, (offset: 0, size: 64), 0), (1, (offset: 0, size: 0), 0),
      (1, (offset: 0, size: 0), 0), (3, shstrtab, 0),
    ]
    if lines != nil { sections.append((1, line, 0)) }
    let start = file.count
    file += [UInt8](repeating: 0, count: 64)
    for (index, section) in sections.enumerated() {
      file += number(sectionNames.at[index], 4) + number(section.0, 4) + number(0, 16)
      file += number(section.1.offset, 8) + number(section.1.size, 8) + number(section.2, 4)
      file += number(0, 20)
    }
    put(0x464c_457f, 4, at: 0)
    put(0x0102, 2, at: 4)
    put(64, 8, at: 0x20)
    put(UInt64(start), 8, at: 0x28)
    put(56, 2, at: 0x36)
    put(1, 2, at: 0x38)
    put(64, 2, at: 0x3a)
    put(UInt64(sections.count) + 1, 2, at: 0x3c)
    put(6, 2, at: 0x3e)
    put(62, 2, at: 0x12)
    put(1, 4, at: 64)
    put(0x40_0000, 8, at: 64 + 16)
    put(64, 8, at: 64 + 32)
    return MadeUpELF(bytes: file, headers: start..<file.count)
  }
}
