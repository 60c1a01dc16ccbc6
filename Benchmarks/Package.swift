// swift-tools-version: 6.2
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

let package = Package(
  name: "tandem-benchmarks",
  products: [
    .executable(name: "side-by-side", targets: ["SideBySide"]),
    .executable(name: "floors", targets: ["floors"]),
  ],
  dependencies: [
    .package(name: "tandem", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CFloors", cSettings: [.define("_GNU_SOURCE")]),
    // A program of its own, because what a fork costs depends on the program that forks.
    .executableTarget(name: "floors", dependencies: ["CFloors"]),
    .executableTarget(
      name: "SideBySide",
      dependencies: [
        // Built with it and started by it; nothing of it is linked.
        "floors",
        "CFloors",
        .product(name: "Tandem", package: "tandem"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: everywhere),
  ]
)
