/// Why the body of an answer is not what the Prometheus query API sends.
public struct AnswerFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A way in which a body can be wrong.
    public enum Reason: Sendable, Hashable {
        /// The body ends inside a value.
        case truncated
        /// Another byte was needed here.
        case unexpectedByte(UInt8, expected: String)
        /// A backslash is followed by something JSON does not know, or a surrogate stands alone.
        case invalidEscape
        /// A string holds bytes that are not UTF-8.
        case invalidUTF8
        /// A control character stands unescaped in a string.
        case controlCharacter
        /// Not a number by the JSON grammar, or a time out of the range of ``Autoscaling/Timestamp``.
        case invalidNumber
        /// Not a sample value as Prometheus writes them.
        case invalidValue(String)
        /// Arrays and objects are nested deeper than any answer.
        case tooDeep
        /// A series with more labels than are read.
        case tooManyLabels(limit: Int)
        /// The same key twice in an object where it decides something.
        case duplicateKey(String)
        /// A key without which the answer has no meaning.
        case missingKey(String)
        /// `status` is neither `success` nor `error`.
        case unknownStatus(String)
        /// `resultType` is none of vector, matrix, scalar, string.
        case unknownResultType(String)
        /// Something follows the answer.
        case trailingBytes
    }

    public var reason: Reason
    /// The byte of the body at which it was noticed, from 0.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String { "\(text) at byte \(offset)" }

    private var text: String {
        switch reason {
        case .truncated: "the answer ends early"
        case .unexpectedByte(let byte, let expected): "\(Self.shown(byte)) where \(expected) belongs"
        case .invalidEscape: "an invalid escape in a string"
        case .invalidUTF8: "a string that is not UTF-8"
        case .controlCharacter: "an unescaped control character in a string"
        case .invalidNumber: "an invalid number"
        case .invalidValue(let value): "'\(value)' is no sample value"
        case .tooDeep: "values nested too deeply"
        case .tooManyLabels(let limit): "a series with more than \(limit) labels"
        case .duplicateKey(let key): "the key '\(key)' for the second time"
        case .missingKey(let key): "no '\(key)'"
        case .unknownStatus(let status): "the unknown status '\(status)'"
        case .unknownResultType(let type): "the unknown result type '\(type)'"
        case .trailingBytes: "more bytes after the answer"
        }
    }

    private static func shown(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}
