import CommandLine
import FoundationEssentials
import Glibc
import Manifests
import Recordings
import Testing

/// The pages that list every flag and every field are made from what the program and the schema say.
///
/// `SWIFTLET_WRITE_REFERENCE=1` writes them anew (`make reference`).
@Suite struct ReferencePageTests {
    private static func check(_ path: String, _ text: String) throws {
        let whole = RepositoryPath.root + "/" + path
        if getenv("SWIFTLET_WRITE_REFERENCE") != nil { try Data(text.utf8).write(to: URL(filePath: whole)) }
        let written = try String(contentsOfFile: whole, encoding: .utf8)
        #expect(written == text, "\(path) is not what it should be; write it anew with 'make reference'")
    }

    /// A cell of a table.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }

    @Test func everyFlagHasItsLine() throws {
        var text = "# Flags\n\nWhat `swiftlet help COMMAND` says, of all commands; made from the same tables.\n"
        for command in Command.all.map(\.spec) where !command.options.isEmpty {
            text +=
                "\n## \(command.name)\n\n\(command.summary).\n\n| flag | value | default | what it does |\n|---|---|---|---|\n"
            for option in command.options {
                let spellings = option.spellings.map { "`\($0)`" }.joined(separator: ", ")
                let value = option.value.map { "`\(Self.cell($0.placeholder))`" } ?? ""
                let times = option.isRepeatable ? "; may be repeated" : ""
                text +=
                    "| \(spellings) | \(value) | \(Self.cell(option.defaultText ?? "")) | \(Self.cell(option.summary))\(times) |\n"
            }
        }
        try Self.check("docs/flags.md", text)
    }

    @Test func everyFieldHasItsLine() throws {
        let path = "manifests/crd/horizontalautoscalers.yaml"
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: RepositoryPath.root + "/" + path)))
        let definition = try #require(try YAMLParser.documents(of: bytes, file: path).first)
        let schema = try #require(
            definition["spec"]?["versions"]?.items?.first?["schema"]?["openAPIV3Schema"]?["properties"])
        var text =
            "# Fields of a HorizontalAutoscaler\n\nMade from the schema of the custom resource (`\(path)`). Those of a "
            + "HorizontalPodAutoscaler are the same but for those that [the controller](controller.md) and "
            + "[extensions](extensions.md) name.\n"
        for part in ["spec", "status"] {
            text += "\n## \(part)\n\n| field | type | default | what it is |\n|---|---|---|---|\n"
            text += Self.rows(of: try #require(schema[part]), at: part)
        }
        try Self.check("docs/fields.md", text)
    }

    private static func rows(of schema: YAMLNode, at path: String) -> String {
        guard case .mapping(let entries) = schema["properties"]?.content else { return "" }
        var text = ""
        for entry in entries {
            let (name, field) = ("\(path).\(entry.key)", entry.value)
            let item = field["items"]
            text +=
                "| `\(name)\(item == nil ? "" : "[]")` | \(type(of: field)) | \(cell(defaultText(of: field))) | "
                + "\(cell(field["description"]?.text ?? "")) |\n"
            text += rows(of: item ?? field, at: item == nil ? name : name + "[]")
        }
        return text
    }

    private static func type(of schema: YAMLNode) -> String {
        if let words = schema["enum"]?.items {
            return words.compactMap(\.text).map { "`\($0)`" }.joined(separator: ", ")
        }
        if schema["x-kubernetes-int-or-string"] != nil { return "quantity" }
        let type = schema["type"]?.text ?? ""
        if let items = schema["items"] { return "list of \(self.type(of: items))" }
        if schema["additionalProperties"] != nil { return "map" }
        if let format = schema["format"]?.text, format == "date-time" { return "time" }
        var bounds: [String] = []
        if let least = schema["minimum"]?.text { bounds.append("at least \(least)") }
        if let most = schema["maximum"]?.text, most != "2147483647" { bounds.append("at most \(most)") }
        return ([type] + (bounds.isEmpty ? [] : [bounds.joined(separator: ", ")])).joined(separator: ", ")
    }

    private static func defaultText(of schema: YAMLNode) -> String {
        guard let value = schema["default"] else { return "" }
        if let text = value.text { return "`\(text)`" }
        return "see the schema"
    }
}
