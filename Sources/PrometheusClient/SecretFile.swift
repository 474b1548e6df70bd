internal import Files
internal import FoundationEssentials
internal import HTTPTransport

/// A header whose value is a secret in a file: read for each request, since secrets in pods are rotated.
///
/// Neither its description nor any error shows what is in the file.
public struct SecretFile: Sendable, Hashable {
    /// What the content of the file is.
    public enum Form: Sendable, Hashable {
        /// The value of the header.
        case value
        /// A bearer token (RFC 6750).
        case bearerToken
        /// The password of a user (RFC 7617).
        case password(user: String)
    }

    /// The name of the header.
    public let header: String
    /// Where the secret lies. White space around it does not count.
    public let path: String
    public let form: Form

    /// A header of any name.
    public init(header: String, path: String) {
        (self.header, self.path, form) = (header, path, .value)
    }

    /// `Authorization: Bearer …`.
    public init(bearerToken path: String) {
        (header, self.path, form) = ("Authorization", path, .bearerToken)
    }

    /// `Authorization: Basic …`.
    public init(user: String, password path: String) {
        (header, self.path, form) = ("Authorization", path, .password(user: user))
    }

    /// A file that is longer is no secret, but some other file.
    private static let largestSize = 64 << 10

    /// What the file says now.
    ///
    /// - Returns: The value of the header, and the secret in it.
    /// - Throws: `TransportError` of kind `invalidRequest` that names the file.
    func read() throws(TransportError) -> (value: String, secret: String) {
        func fault(_ words: String) -> TransportError {
            TransportError(kind: .invalidRequest, url: path, detail: "the \(what) in \(path) \(words)")
        }
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(path, limit: Self.largestSize)
        } catch {
            throw fault(error.cause == .tooLarge ? "is longer than 64 KiB" : "cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self).trimming(while: \.isWhitespace)
        guard !text.isEmpty else { throw fault("is empty") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw fault("has a line break within it") }
        switch form {
        case .value: return (text, text)
        case .bearerToken: return (HTTPCredentials.bearer(text).authorization ?? "", text)
        case .password(let user): return (HTTPCredentials.basic(user: user, password: text).authorization ?? "", text)
        }
    }

    private var what: String {
        switch form {
        case .value: "value of the header \(header)"
        case .bearerToken: "bearer token"
        case .password: "password"
        }
    }
}

extension String {
    fileprivate func trimming(while isOutside: (Character) -> Bool) -> String {
        let beginning = drop(while: isOutside)
        guard let last = beginning.lastIndex(where: { !isOutside($0) }) else { return "" }
        return String(beginning[...last])
    }
}
