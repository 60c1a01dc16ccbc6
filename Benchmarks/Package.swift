// swift-tools-version: 6.3
import Foundation
import PackageDescription

// What measures Tandem is a package of its own, so that nobody who uses Tandem resolves its
// dependencies. `side-by-side` is described in ../Documentation/side-by-side.md.

let everywhere: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// The codec is no product, and its declarations have `package` access. Its benchmarks are compiled as
// part of the package whose codec it is, whose name for the compiler is that of its directory
// (`-package-name`); they find its module beside the product `Tandem`, which is linked anyway. So
// nothing is made public for their sake.
let packageOfTheCodec = URL(fileURLWithPath: Context.packageDirectory)
  .deletingLastPathComponent().lastPathComponent.lowercased()
  .map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()

let package = Package(
  name: "tandem-benchmarks",
  products: [
    .executable(name: "side-by-side", targets: ["SideBySide"]),
    .executable(name: "floors", targets: ["floors"]),
    .executable(name: "contestant", targets: ["Contestant"]),
    .executable(name: "carrier", targets: ["Carrier"]),
  ],
  dependencies: [
    .package(name: "tandem", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Its traits are left out: they replace malloc(3) and Swift's retain and release to count calls,
    // which is not asked for here, with packages that not every mirror has.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .target(name: "CFloors", cSettings: [.define("_GNU_SOURCE")]),
    // What contestants are asked, and what they answer.
    .target(name: "RequestLine", swiftSettings: everywhere),
    // A program of its own, because what a fork costs depends on the program that forks.
    .executableTarget(name: "floors", dependencies: ["CFloors"]),
    .executableTarget(
      name: "Contestant",
      dependencies: ["CFloors", "RequestLine", .product(name: "Tandem", package: "tandem")],
      swiftSettings: everywhere),
    // Another one, with Foundation: for its types, and for JSON to compare with.
    .executableTarget(
      name: "Carrier", dependencies: ["RequestLine", .product(name: "Tandem", package: "tandem")],
      swiftSettings: everywhere),
    .executableTarget(
      name: "SideBySide",
      dependencies: [
        // Built with it and started by it; nothing of them is linked.
        "floors", "Contestant", "Carrier", .product(name: "tandem", package: "tandem"),
        "CFloors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: everywhere),
    // `swift package --package-path Benchmarks benchmark`, which finds them in this directory.
    .executableTarget(
      name: "CodecBenchmarks",
      dependencies: [
        .product(name: "Tandem", package: "tandem"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Codec", packageAccess: false,
      swiftSettings: everywhere + [.unsafeFlags(["-package-name", packageOfTheCodec])],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .testTarget(name: "SideBySideTests", dependencies: ["SideBySide"], swiftSettings: everywhere),
  ]
)
