public import ArgumentParser
public import TandemModel

/// `--schedule` takes the names that reports use.
extension Schedule: ExpressibleByArgument {}
