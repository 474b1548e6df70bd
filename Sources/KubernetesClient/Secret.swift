/// A credential. It prints as `<secret>` wherever it may end up: a log line, an error, a failed expectation.
package struct Secret: Sendable, Hashable {
    /// What is shown in place of a credential.
    static let mask = "<secret>"

    /// The credential itself. Whoever reads it answers for where it goes.
    package let revealed: String

    package init(_ revealed: String) {
        self.revealed = revealed
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }
    /// Without children, or `dump` and string interpolation of what holds a secret would print it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
