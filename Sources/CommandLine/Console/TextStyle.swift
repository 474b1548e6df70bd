/// Colours of a terminal, or none.
package struct TextStyle: Hashable, Sendable {
    /// What a piece of text is, rather than how it looks.
    package enum Role: Sendable {
        case heading, faint, good, warning, bad, up, down, accent
    }

    package var isColoured: Bool

    package static let plain = TextStyle(isColoured: false)
    package static let coloured = TextStyle(isColoured: true)

    package func callAsFunction(_ role: Role, _ text: String) -> String {
        guard isColoured, !text.isEmpty else { return text }
        return "\u{1B}[\(Self.code(role))m\(text)\u{1B}[0m"
    }

    /// The eight basic colours only: they follow the reader's own theme.
    private static func code(_ role: Role) -> String {
        switch role {
        case .heading: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        case .up: "1;32"
        case .down: "1;34"
        case .accent: "36"
        }
    }
}
