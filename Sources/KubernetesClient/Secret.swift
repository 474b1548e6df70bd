/// A credential. It prints as `<secret>` wherever it may end up: a log line, an error, a failed expectation.
public struct Secret: Sendable, Hashable {
    /// What is shown in place of a credential.
    static let mask = "<secret>"

    /// The credential itself. Whoever reads it answers for where it goes.
    package let revealed: String

    public init(_ revealed: String) {
        self.revealed = revealed
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Self.mask }
    public var debugDescription: String { Self.mask }
    /// Without children, or `dump` and string interpolation of what holds a secret would print it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
