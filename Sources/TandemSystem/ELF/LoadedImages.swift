internal import CTandemShims
internal import Glibc

/// The executable and the shared libraries that are loaded into this process (dl_iterate_phdr(3)).
package struct LoadedImage: Sendable, Hashable {
  /// The path that it was loaded by; empty for the executable itself.
  package var path: String
  /// What is added to an address of the file to get the address in memory: 0 for an executable with
  /// fixed addresses.
  package var base: UInt
  /// Where the first segment begins in memory.
  package var start: UInt
  /// The executable part, in memory.
  package var code: Range<UInt>
  /// Where the last segment ends in memory.
  package var end: UInt

  /// The image that holds an address.
  ///
  /// - Parameter address: an address in this process.
  /// - Returns: the image, or nil when the address lies in none.
  package static func containing(_ address: UInt) -> LoadedImage? {
    var found = unsafe tandem_image()
    // SAFETY: the record is filled in; its path is the loader's own, copied at once.
    guard unsafe tandem_find_image(address, nil, &found) != 0 else { return nil }
    return unsafe LoadedImage(found)
  }

  /// The image that was loaded by a path.
  ///
  /// - Parameter path: the path; empty for the executable itself.
  /// - Returns: the image, or nil when there is none.
  package static func named(_ path: String) -> LoadedImage? {
    var found = unsafe tandem_image()
    // SAFETY: as above; the wanted path lives as long as the call.
    guard unsafe tandem_find_image(0, path, &found) != 0 else { return nil }
    return unsafe LoadedImage(found)
  }

  private init(_ image: tandem_image) {
    // SAFETY: the loader's path is a NUL-terminated string as long as the image is loaded.
    path = unsafe String(cString: image.path)
    base = unsafe image.base
    start = unsafe image.start
    code = unsafe image.code_start..<max(image.code_start, image.code_end)
    end = unsafe image.end
  }

  /// The image's file, to open from this process.
  package var file: String { path.isEmpty ? "/proc/self/exe" : path }
}

/// The reader of names that the Swift compiler mangled.
package enum Demangler {
  /// The readable form of a symbol.
  ///
  /// - Parameter symbol: a symbol of the linker.
  /// - Returns: the readable form, or the symbol itself when it isn't Swift's.
  package static func readable(_ symbol: String) -> String {
    // SAFETY: swift_demangle gives NULL or a string made with malloc, freed here.
    guard let text = unsafe tandem_demangle(symbol) else { return symbol }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// The readable form without what only a linker needs: `Swift.` before the standard library's
  /// names, and the hash that distinguishes files in `(name in _0123…)`.
  ///
  /// - Parameter symbol: a symbol of the linker.
  /// - Returns: the shortened form.
  package static func short(_ symbol: String) -> String {
    var parts = readable(symbol).split(separator: " in _", omittingEmptySubsequences: false)
    for index in parts.indices.dropFirst() {
      parts[index] = parts[index].drop { $0.isHexDigit }
      // `(name in _HASH)` loses its parentheses too.
      guard parts[index].first == ")", let open = parts[index - 1].lastIndex(of: "(") else {
        continue
      }
      parts[index].removeFirst()
      let name = parts[index - 1][parts[index - 1].index(after: open)...]
      parts[index - 1] = Substring(parts[index - 1][..<open] + name)
    }
    var result = ""
    var rest = parts.joined()[...]
    while let range = rest.firstRange(of: "Swift.") {
      let isWhole =
        range.lowerBound == rest.startIndex && result.last?.isLetter != true
        || range.lowerBound > rest.startIndex
          && !rest[rest.index(before: range.lowerBound)].isLetter
      result += rest[..<range.lowerBound]
      if !isWhole { result += "Swift." }
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
