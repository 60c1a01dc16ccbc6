package import Foundation

/// A validator for the part of JSON Schema (draft 2020-12) that Tandem's schemas use.
///
/// A keyword that it doesn't know is reported, not passed over: a schema that says more than is
/// checked would be worse than none.
package struct SchemaValidator {
  /// The whole schema, which references are resolved in.
  package let root: JSONValue
  /// Other files that it refers to, by their names.
  package let others: [String: JSONValue]

  /// Reads a schema and the other files that it refers to.
  package init(schema: Data, others: [String: Data] = [:]) throws {
    root = try JSONDecoder().decode(JSONValue.self, from: schema)
    self.others = try others.mapValues { try JSONDecoder().decode(JSONValue.self, from: $0) }
  }

  private init(root: JSONValue, others: [String: JSONValue]) {
    self.root = root
    self.others = others
  }

  /// What is wrong with a document, a line each; none when it is valid.
  package func problems(of document: Data) throws -> [String] {
    problems(try JSONDecoder().decode(JSONValue.self, from: document), root, "$")
  }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let keywords = schema.object else { return ["\(path): the schema isn't an object"] }
    return keywords.sorted { $0.key < $1.key }.flatMap { keyword, rule -> [String] in
      switch keyword {
      case "$schema", "title", "description", "$defs": []
      case "$ref": reference(value, rule, path)
      case "type": type(value, rule, path)
      case "const": value == rule ? [] : ["\(path): is not the constant"]
      case "enum":
        (rule.array ?? []).contains(value) ? [] : ["\(path): \(value) is not in the list"]
      case "minimum":
        (value.number ?? .infinity) >= (rule.number ?? .infinity)
          ? [] : ["\(path): \(value) is below the minimum"]
      case "minItems", "maxItems": count(value, keyword, rule, path)
      case "items":
        (value.array ?? []).enumerated().flatMap { problems($1, rule, "\(path)[\($0)]") }
      case "required":
        required(value, rule, path)
      case "properties":
        (rule.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, property in
          value.object?[name].map { problems($0, property, "\(path).\(name)") } ?? []
        }
      case "additionalProperties": additional(value, rule, keywords["properties"], path)
      default: ["\(path): the schema's keyword '\(keyword)' is not supported"]
      }
    }
  }

  private func reference(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [String] {
    if let name = rule.string, let other = others[name] {
      return SchemaValidator(root: other, others: others).problems(value, other, path)
    }
    let prefix = "#/$defs/"
    if let parts = rule.string?.split(separator: "#", maxSplits: 1), parts.count == 2,
      let other = others[String(parts[0])]
    {
      return SchemaValidator(root: other, others: others).reference(
        value, .string("#\(parts[1])"), path)
    }
    guard let name = rule.string, name.hasPrefix(prefix),
      let target = root.object?["$defs"]?.object?[String(name.dropFirst(prefix.count))]
    else { return ["\(path): the schema refers to nothing"] }
    return problems(value, target, path)
  }

  private func type(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [String] {
    let types = rule.array?.compactMap(\.string) ?? [rule.string].compactMap(\.self)
    let answers = types.map { value.isOf(type: $0) }
    if types.isEmpty || answers.contains(nil) { return ["\(path): the schema's type is unknown"] }
    return answers.contains(true)
      ? [] : ["\(path): \(value) is not of type \(types.joined(separator: " or "))"]
  }

  private func count(
    _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ path: String
  ) -> [String] {
    guard let count = value.array?.count else { return [] }
    guard let limit = rule.number else { return ["\(path): the schema's \(keyword) is no number"] }
    let isValid = keyword == "minItems" ? Double(count) >= limit : Double(count) <= limit
    return isValid ? [] : ["\(path): \(count) items, against \(keyword)"]
  }

  private func required(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [String] {
    guard let members = value.object else { return [] }
    return (rule.array ?? []).compactMap(\.string).filter { members[$0] == nil }
      .map { "\(path): '\($0)' is missing" }
  }

  private func additional(
    _ value: JSONValue, _ rule: JSONValue, _ properties: JSONValue?, _ path: String
  ) -> [String] {
    let known = properties?.object ?? [:]
    let others = (value.object ?? [:]).filter { known[$0.key] == nil }.sorted { $0.key < $1.key }
    if rule == .bool(true) { return [] }
    if rule == .bool(false) { return others.map { "\(path): '\($0.key)' is not in the schema" } }
    return others.flatMap { problems($0.value, rule, "\(path).\($0.key)") }
  }
}
