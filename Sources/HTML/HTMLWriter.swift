/// Builds HTML and SVG. Everything that is not a literal of this module goes through ``text(_:)`` or an attribute, which
/// escape it: names and labels come from manifests that anybody may have written.
package struct HTMLWriter {
    /// Attributes in the order given.
    package typealias Attributes = KeyValuePairs<StaticString, String>

    package private(set) var html = ""

    package init() {}

    /// Text of this module that goes in as it is: the style sheet and the script.
    package init(trusted text: String) { html = text }

    /// Markup of this module.
    package mutating func markup(_ literal: StaticString) { html += "\(literal)" }

    /// What another writer has written.
    package mutating func append(_ other: HTMLWriter) { html += other.html }

    package mutating func text(_ text: String) { html += HTMLWriter.escaped(text) }

    package mutating func open(_ tag: StaticString, _ attributes: Attributes = [:]) {
        html += "<\(tag)"
        for (name, value) in attributes { html += " \(name)=\"\(HTMLWriter.escaped(value))\"" }
        html += ">"
    }

    package mutating func close(_ tag: StaticString) { html += "</\(tag)>" }

    /// An element with text in it.
    package mutating func element(_ tag: StaticString, _ text: String) { element(tag, [:], text) }

    package mutating func element(_ tag: StaticString, _ attributes: Attributes, _ text: String) {
        open(tag, attributes)
        self.text(text)
        close(tag)
    }

    /// An element with others in it.
    package mutating func element(
        _ tag: StaticString, _ attributes: Attributes = [:], content: (inout HTMLWriter) -> Void
    ) {
        open(tag, attributes)
        content(&self)
        close(tag)
    }

    package mutating func line() { html += "\n" }

    /// Text of a script element that is data: nothing in it can end the element.
    package mutating func data(json: String) {
        html += json.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
    }

    /// Marks that turn the direction of the text around them would let a name pass for another one: they are shown as
    /// U+FFFD, as are the characters that HTML does not allow.
    package static func escaped(_ text: String) -> String {
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C, 0xFFFE, 0xFFFF:
                visible.append("\u{FFFD}")
            default: visible.append(scalar)
            }
        }
        return Markup.escaped(String(visible))
    }
}
