import FoundationEssentials
import Glibc
import Synchronization
import TandemSystem

/// A private folder with the driver script, and the files that are exchanged with it.
///
/// It is removed with the last reference to it, so also when a run is cancelled, or earlier by
/// `remove`. Python keeps the script's bytecode there too, which is why one folder serves many runs.
package final class DriverDirectory: Sendable {
  /// The folder's path.
  package let path: String
  private let exchanges = Atomic<Int>(0)

  /// Makes the folder, readable by the user alone (mkdtemp(3)), and writes the script into it.
  ///
  /// - Throws: `PythonError`, or what the file system says.
  package init() throws {
    let base = FileManager.default.temporaryDirectory.path
    var template = Array("\(base)/tandem-XXXXXX".utf8CString)
    do throws(Errno) {
      _ = try Syscall.checkPointer { mkdtemp(&template) }
    } catch {
      throw PythonError(.driverFailed, "can't make a folder in \(base): \(error)")
    }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    do {
      try Data(PackageResources.tandem_driver_py).write(to: URL(fileURLWithPath: scriptPath))
    } catch {
      remove()
      throw error
    }
  }

  deinit { remove() }

  /// The driver script's path.
  package var scriptPath: String { "\(path)/tandem_driver.py" }

  /// Makes a folder for the files of one request; whoever asks removes it.
  ///
  /// - Returns: the folder's path.
  /// - Throws: what the file system says.
  func makeExchange() throws -> String {
    let number = exchanges.wrappingAdd(1, ordering: .relaxed).newValue
    let exchange = "\(path)/\(number)"
    try FileManager.default.createDirectory(
      atPath: exchange, withIntermediateDirectories: false)
    return exchange
  }

  /// Removes the folder and all that is in it.
  package func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
