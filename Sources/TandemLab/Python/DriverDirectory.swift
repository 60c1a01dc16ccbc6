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

  /// Makes the folder, readable by the user alone (mkdtemp(3)), and writes the driver's files into it.
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
      for (name, text) in Self.scripts {
        try Data(text).write(to: URL(fileURLWithPath: "\(path)/\(name).py"))
      }
    } catch {
      remove()
      throw error
    }
  }

  /// The driver's files: the one that is executed, and those that it imports.
  package static let scripts: [(name: String, text: [UInt8])] = [
    ("tandem_driver", PackageResources.tandem_driver_py),
    ("tandem_requests", PackageResources.tandem_requests_py),
    ("tandem_clock", PackageResources.tandem_clock_py),
    ("tandem_work", PackageResources.tandem_work_py),
    ("tandem_worker", PackageResources.tandem_worker_py),
    ("tandem_runs", PackageResources.tandem_runs_py),
    ("tandem_accounts", PackageResources.tandem_accounts_py),
    ("tandem_memory", PackageResources.tandem_memory_py),
    ("tandem_pools", PackageResources.tandem_pools_py),
    ("tandem_items", PackageResources.tandem_items_py),
    ("tandem_asyncio", PackageResources.tandem_asyncio_py),
    ("tandem_crossing", PackageResources.tandem_crossing_py),
  ]

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
