import FoundationEssentials
import Recordings
import Testing

/// A page of the documentation, taken apart.
struct DocumentationPage: Sendable, CustomTestStringConvertible {
    /// Below the top of the repository, e.g. `docs/replay.md`.
    var path: String
    var lines: [Substring]

    var testDescription: String { path }

    init(_ path: String) throws {
        self.path = path
        lines = try String(contentsOfFile: RepositoryPath.root + "/" + path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Every page there is.
    static let all: [DocumentationPage] = {
        let folder = RepositoryPath.root + "/docs"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let paths = names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 } + ["README.md"]
        return paths.compactMap { try? DocumentationPage($0) }
    }()

    /// A fenced block.
    struct Block: Sendable {
        /// What stands behind the fence, e.g. `yaml`.
        var language: Substring
        /// Number of the first line in it, from 1.
        var line: Int
        var lines: [Substring]
        var text: String { lines.joined(separator: "\n") + "\n" }
    }

    var blocks: [Block] {
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    open = Block(language: line.dropFirst(3), line: index + 2, lines: [])
                }
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }

    /// A command and what it is said to print.
    struct Call: Sendable {
        var command: String
        var line: Int
        var output: [Substring]
    }

    /// The commands of all blocks that show a console.
    var calls: [Call] {
        var calls: [Call] = []
        for block in blocks where block.language == "console" {
            for (index, line) in block.lines.enumerated() {
                if line.hasPrefix("$ ") {
                    calls.append(Call(command: String(line.dropFirst(2)), line: block.line + index, output: []))
                } else {
                    calls[calls.count - 1].output.append(line)
                }
            }
        }
        return calls
    }

    /// What follows `swiftlet` in blocks of code, up to a comment, a pipe or a redirection, with continued lines joined.
    var callsOfSwiftlet: [String] {
        var calls: [String] = []
        for block in blocks where ["", "sh", "console"].contains(block.language) {
            let joined = block.text.replacing("\\\n", with: " ")
            for line in joined.split(separator: "\n") {
                for part in line.split(separator: "|").flatMap({ $0.split(separator: "&&") }) {
                    var words = part.split(separator: " ")[...]
                    if words.first == "$" { words.removeFirst() }
                    guard words.first == "swiftlet" else { continue }
                    let call = words.dropFirst().prefix { !$0.hasPrefix("#") && !$0.hasPrefix(">") }
                    calls.append(call.joined(separator: " "))
                }
            }
        }
        return calls
    }

    /// Where links lead, outside of blocks of code: `replay.md#report`.
    var links: [String] {
        var isCode = false
        var links: [String] = []
        for line in lines {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode { continue }
            for part in line.split(separator: "](", omittingEmptySubsequences: false).dropFirst() {
                links.append(String(part.prefix { $0 != ")" }))
            }
        }
        return links
    }

    /// The names by which headings can be linked to, as GitHub makes them.
    var anchors: Set<String> {
        var isCode = false
        var anchors: Set<String> = []
        for line in lines {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { continue }
            let title = line.drop { $0 == "#" || $0 == " " }.lowercased()
            anchors.insert(
                String(
                    title.compactMap {
                        $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil
                    })
            )
        }
        return anchors
    }
}

/// Whether text is what a page says, in which `…` stands for anything: in a line for any characters, alone for any lines.
enum Expected {
    static func matches(_ output: [Substring], _ expected: [Substring]) -> Bool {
        guard let first = expected.first else { return output.isEmpty }
        if first == "…" {
            return (0...output.count).contains { matches(Array(output.dropFirst($0)), Array(expected.dropFirst())) }
        }
        guard let line = output.first, isLike(line, first) else { return false }
        return matches(Array(output.dropFirst()), Array(expected.dropFirst()))
    }

    private static func isLike(_ line: Substring, _ pattern: Substring) -> Bool {
        let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == pattern }
        guard line.hasPrefix(first), line.hasSuffix(last), line.count >= first.count + last.count else { return false }
        var rest = line.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
