internal import Foundation
package import TandemModel

/// How figures are written in sentences.
package enum FigureText {
  /// A span of time with three significant digits and a fitting unit.
  ///
  /// - Parameter seconds: the span, in seconds.
  /// - Returns: such as `1.24 s`, `53.1 ms` or `820 µs`.
  package static func seconds(_ seconds: Double) -> String {
    let size = abs(seconds)
    if size >= 0.9995 || size == 0 { return "\(number(seconds)) s" }
    if size >= 0.000_999_5 { return "\(number(seconds * 1e3)) ms" }
    return "\(number(seconds * 1e6)) µs"
  }

  /// A share as a percentage.
  ///
  /// - Parameter share: 1 for the whole.
  /// - Returns: such as `96 %`, `0.4 %` or `99.8 %`.
  package static func percent(_ share: Double) -> String {
    // Next to nothing isn't nothing, and nearly all isn't all.
    let size = abs(share)
    let precise = (size > 0 && size < 0.0095) || (size > 0.9905 && size < 0.9995)
    return "\(fixed(share * 100, digits: precise ? 1 : 0)) %"
  }

  /// A number with three significant digits.
  ///
  /// - Parameter value: the number.
  /// - Returns: such as `1.87`, `53.1` or `1240`.
  package static func number(_ value: Double) -> String {
    let size = abs(value)
    // Whole numbers stay whole, also where a change of unit left its rounding in the last place.
    if size < 99.95, abs(value - value.rounded()) <= 1e-12 * size { return fixed(value, digits: 0) }
    if size >= 99.95 { return fixed(value, digits: 0) }
    if size >= 9.995 { return fixed(value, digits: 1) }
    return fixed(value, digits: 2)
  }

  /// A number of KiB as megabytes.
  ///
  /// - Parameter kib: KiB.
  /// - Returns: such as `7.9 MiB` or `640 KiB`.
  package static func memory(kib: Double) -> String {
    if kib >= 1024 * 1024 { return "\(number(kib / 1024 / 1024)) GiB" }
    return kib >= 1024 ? "\(number(kib / 1024)) MiB" : "\(number(kib)) KiB"
  }

  /// A list with commas and a last "and".
  ///
  /// - Parameters:
  ///   - items: the items.
  ///   - conjunction: the word before the last one.
  /// - Returns: such as `a, b and c`.
  package static func list(_ items: [String], _ conjunction: String = "and") -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// A number of things.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - noun: one of them.
  /// - Returns: such as `1 worker` or `2 workers`.
  package static func count(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// CPUs, of which a quota may give a part.
  ///
  /// - Parameter number: how many.
  /// - Returns: such as `1 CPU`, `1.50 CPUs` or `2 CPUs`.
  package static func cpus(_ number: Double) -> String {
    "\(self.number(number)) \(number == 1 ? "CPU" : "CPUs")"
  }

  private static func fixed(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value).replacing("-", with: "−")
  }
}

extension Schedule {
  /// The schedule as a phrase within a sentence.
  package var phrase: String {
    switch self {
    case .oneAtATime: "one at a time"
    case .allAtOnce: "all at once"
    }
  }
}

extension ModelResult {
  /// The model's name, with the interpreter's version for Python.
  package var label: String {
    interpreter.map { "\(model.rawValue) (\($0.name))" } ?? model.rawValue
  }
}

extension InterpreterSummary {
  /// Its implementation and version, and that it has no global lock where it has none.
  package var name: String {
    "\(implementation) \(version)\(gilEnabled == false ? ", no GIL" : "")"
  }
}

extension String {
  /// The same string with its first letter large.
  package var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
