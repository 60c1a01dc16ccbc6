nonisolated(unsafe) var global = 0
nonisolated(unsafe) var globalList = CommandLine.arguments.prefix(0).map { _ in 2 } + [1]
