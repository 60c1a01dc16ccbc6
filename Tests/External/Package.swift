// swift-tools-version: 6.3
import PackageDescription

// A program outside of Tandem's package, which sees only what is public.
let package = Package(
  name: "external",
  dependencies: [.package(name: "tandem", path: "../..")],
  targets: [
    .executableTarget(
      name: "External",
      dependencies: [
        .product(name: "TandemLab", package: "tandem"),
        .product(name: "TandemReport", package: "tandem"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
      ])
  ])
