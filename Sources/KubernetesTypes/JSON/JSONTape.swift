/// A JSON text taken apart into tokens that stand in one array, in the order of the text.
///
///     {"a":[1,"b"]}    object, string a, array, number 1, string b
///
/// Each token knows where the one after it and all that it contains stands, so that a member that nobody asks for costs
/// nothing. The text is checked as a whole, by the grammar of RFC 8259 and for valid UTF-8.
final class JSONTape: Sendable {
    enum Kind: UInt8, Sendable {
        case null, `true`, `false`, number, plainString, escapedString, array, object
    }

    struct Token: Sendable {
        var kind: Kind
        /// The bytes of a number, or those between the quotes of a string.
        var start: Int32
        var end: Int32
        /// The place of the token after this one and its contents.
        var next: Int32 = 0
        /// Members or elements.
        var count: Int32 = 0
    }

    let bytes: [UInt8]
    let tokens: [Token]

    /// - Throws: `DecodingError.dataCorrupted` without a path, for what is no JSON; a text of 2 GiB is none.
    init(_ bytes: [UInt8]) throws {
        var reader = JSONTokens(of: bytes)
        try reader.read()
        (self.bytes, tokens) = (bytes, reader.tokens)
    }
}
