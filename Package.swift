// swift-tools-version: 6.3
import PackageDescription

// The targets, from the bottom up. Each imports only downwards; the build checks it with
// `--explicit-target-dependency-import-check error` (see DESIGN.md, "The targets").

let everywhere: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Targets that hold raw memory mark every unsafe expression.
let strict = everywhere + [.strictMemorySafety()]

// A script's own language mode, in which closures may use the variables at its top level.
let script: [SwiftSetting] = [.swiftLanguageMode(.v5)]

// Small programs that tests run (Tests/TandemTestSupport/FixtureRun.swift). They are built with the
// package and are no products.
let fixtures = [
  "Chaos", "ClosureShapes", "EntryExplicit", "EntryMissing", "PoolLimits", "Pools",
  "StaticVariable", "TaskTypes", "Waiters", "Workers",
]
let scripts = ["TopLevelArray", "TopLevelInt"]
// In C: what refuses system calls must itself make as few as can be.
let fixturesInC = ["Confined"]
// These import the lab, as somebody does who compares work of their own.
let labFixtures = ["CompareClosure"]

// The programs of known behaviour, the list of what must be said of them, and its table.
let knownTruths: [Target] = [
  .executableTarget(
    name: "KnownTruths", path: "Tests/Fixtures/KnownTruths", exclude: ["Python", "Languages"],
    swiftSettings: everywhere),
  .target(
    name: "KnownTruthList", dependencies: ["TandemModel"], path: "Tests/KnownTruthList",
    swiftSettings: everywhere),
  .executableTarget(
    name: "KnownTruthTable", dependencies: ["KnownTruthList", "TandemModel"],
    path: "Tests/Fixtures/KnownTruthTable", swiftSettings: everywhere),
]

// The files that drive Python; `DriverDirectory` writes them out.
let pythonDriver = [
  "accounts", "asyncio", "clock", "crossing", "driver", "items", "memory", "pools", "requests",
  "runs",
  "work", "worker",
]

// What a page consists of; `PageFiles` puts it together.
let pageFiles =
  ["page.html"] + ["colours", "page", "charts", "print"].map { "\($0).css" }
  + [
    "figures", "dom", "scales", "states", "tips", "tables", "timeline-data", "timeline-draw",
    "timeline", "timeline-input", "curves", "histogram", "stacked", "rows", "waterfall", "scaling",
    "ring", "workers", "locks", "findings", "measured", "models", "explain", "compare", "versus",
    "sweep", "main",
  ].map { "\($0).js" }

let package = Package(
  name: "tandem",
  products: [
    .library(name: "Tandem", targets: ["Tandem"]),
    .library(name: "TandemLab", targets: ["TandemLab"]),
    .library(name: "TandemReport", targets: ["TandemReport"]),
    .library(name: "TandemMetrics", targets: ["TandemMetrics"]),
    .executable(name: "tandem", targets: ["TandemCommand"]),
  ],
  traits: [
    .trait(
      name: "Metrics",
      description: "TandemMetrics, which passes the statistics of pools on to swift-metrics.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Not even fetched unless the trait is enabled.
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
  ],
  targets: [
    .target(name: "CTandemShims"),
    .target(name: "TandemText", swiftSettings: everywhere),
    .target(name: "TandemSystem", dependencies: ["CTandemShims"], swiftSettings: strict),
    .target(name: "TandemWire", dependencies: ["TandemSystem"], swiftSettings: strict),
    .target(
      name: "Tandem", dependencies: ["TandemWire", "TandemSystem", "TandemText", "CTandemShims"],
      swiftSettings: everywhere),
    // Empty unless the trait is enabled.
    .target(
      name: "TandemMetrics",
      dependencies: [
        "Tandem",
        .product(
          name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
      ],
      swiftSettings: everywhere),
    .target(name: "TandemModel", swiftSettings: everywhere),
    .target(
      name: "TandemObserve", dependencies: ["TandemSystem", "TandemModel", "TandemText"],
      swiftSettings: everywhere),
    .target(
      name: "TandemLab",
      dependencies: ["Tandem", "TandemObserve", "TandemSystem", "TandemModel", "TandemText"],
      resources: pythonDriver.map { .embedInCode("Python/tandem_\($0).py") },
      swiftSettings: everywhere),
    .target(
      name: "TandemReport", dependencies: ["TandemModel", "TandemText"],
      swiftSettings: everywhere),
    .target(
      name: "TandemPages", dependencies: ["TandemReport", "TandemModel"],
      resources: pageFiles.map { .embedInCode("Web/\($0)") }, swiftSettings: everywhere),
    .target(
      name: "TandemTrace",
      dependencies: ["TandemObserve", "TandemReport", "TandemSystem", "TandemModel"],
      swiftSettings: everywhere),
    .executableTarget(
      name: "TandemCommand",
      dependencies: [
        "Tandem", "TandemLab", "TandemModel", "TandemObserve", "TandemPages", "TandemReport",
        "TandemSystem", "TandemText", "TandemTrace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: everywhere),

    .testTarget(
      name: "TandemSystemTests",
      dependencies: ["TandemSystem", "CTandemShims", "TandemTestSupport"], swiftSettings: everywhere
    ),
    .testTarget(
      name: "TandemWireTests", dependencies: ["TandemWire", "TandemSystem", "TandemTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "TandemTests",
      dependencies: ["Tandem", "TandemSystem", "TandemTestSupport"], swiftSettings: everywhere),
    .testTarget(
      name: "TandemMetricsTests",
      dependencies: [
        "Tandem", "TandemMetrics",
        .product(
          name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
        .product(
          name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
      ],
      swiftSettings: everywhere),
    .testTarget(name: "TandemModelTests", dependencies: ["TandemModel"], swiftSettings: everywhere),
    .testTarget(name: "TandemTextTests", dependencies: ["TandemText"], swiftSettings: everywhere),
    .testTarget(
      name: "TandemObserveTests",
      dependencies: ["TandemObserve", "TandemSystem", "TandemModel", "TandemTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "TandemLabTests",
      dependencies: [
        "TandemLab", "TandemModel", "TandemSystem", "TandemObserve", "Tandem", "TandemTestSupport",
      ],
      exclude: ["Reference"], swiftSettings: everywhere),
    .testTarget(
      name: "TandemReportTests",
      dependencies: [
        "TandemReport", "TandemPages", "TandemLab", "TandemModel", "TandemText",
        "TandemTestSupport",
      ],
      exclude: ["Snapshots"],
      swiftSettings: everywhere),
    .testTarget(
      name: "TandemTraceTests",
      dependencies: ["TandemTrace", "TandemObserve", "TandemSystem", "TandemModel"],
      swiftSettings: everywhere),
    .testTarget(
      name: "TandemCommandTests",
      dependencies: [
        "TandemCommand", "TandemModel", "TandemReport", "TandemSystem", "TandemTestSupport",
        "KnownTruthList",
      ],
      swiftSettings: everywhere),

    // Feeds the decoders what no peer would send: `swift run -c release WireFuzz --count 1000000`.
    .executableTarget(
      name: "WireFuzz", dependencies: ["TandemWire", "TandemSystem"], path: "Tests/Fuzz/WireFuzz",
      swiftSettings: everywhere),
    .target(
      name: "TandemTestSupport", dependencies: ["TandemSystem"], path: "Tests/TandemTestSupport",
      swiftSettings: everywhere),
    .target(
      name: "FixtureSupport", dependencies: ["Tandem"], path: "Tests/Fixtures/FixtureSupport",
      swiftSettings: everywhere),
  ]
)

package.targets += knownTruths
package.targets += fixturesInC.map { name in
  .executableTarget(name: name, path: "Tests/Fixtures/\(name)")
}
package.targets += (fixtures + scripts + labFixtures).map { name in
  .executableTarget(
    name: name,
    dependencies: ["FixtureSupport", "Tandem", "CTandemShims"]
      + (labFixtures.contains(name) ? ["TandemLab"] : [])
      + (name == "Chaos" ? ["TandemSystem"] : []),
    path: "Tests/Fixtures/\(name)",
    swiftSettings: scripts.contains(name) ? script : everywhere)
}

// Optimised builds are tested as users make them, without testability; tests that need that can't be
// built then. `TANDEM_ONLY_TESTS=TandemTests swift test -c release` leaves the others out.
if let only = Context.environment["TANDEM_ONLY_TESTS"] {
  package.targets.removeAll { $0.type == .test && $0.name != only }
}
