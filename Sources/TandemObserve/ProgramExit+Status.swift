package import TandemModel
package import TandemSystem

extension ProgramExit {
  /// How a process ended, in the report's terms.
  ///
  /// - Parameter status: What wait(2) said.
  package init(_ status: ExitStatus) {
    switch status {
    case .exited(let code): self = .code(code)
    case .signaled(let signal, _): self = .signal(signal)
    }
  }
}
