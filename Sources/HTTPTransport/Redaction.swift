internal import FoundationEssentials

/// Takes credentials out of what a server has said: proxies and error pages repeat what they were sent.
///
/// It goes over a text before that is shortened, or the beginning of a credential could be left at its end.
public struct Redaction: Sendable {
    /// What is taken out, the longest first, so that of a header's value nothing of its beginning is left.
    private let secrets: [String]
    private let mask: String

    /// Shorter texts are no credentials, and would be found in every word.
    private static let leastLength = 4

    /// - Parameters:
    ///   - values: Values of headers, or secrets themselves. Of `Basic` and `Bearer` the part behind is a secret too, and
    ///     so is the password in it.
    ///   - mask: What stands in their place.
    public init(_ values: some Sequence<String>, mask: String = "…") {
        var secrets: Set<String> = []
        for value in values {
            secrets.insert(value)
            guard let space = value.firstIndex(of: " ") else { continue }
            let credential = String(value[space...].drop { $0 == " " })
            secrets.insert(credential)
            guard value[..<space].lowercased() == "basic", let data = Data(base64Encoded: credential) else { continue }
            let pair = String(decoding: data, as: UTF8.self)
            secrets.insert(pair)
            if let colon = pair.firstIndex(of: ":") { secrets.insert(String(pair[pair.index(after: colon)...])) }
        }
        self.secrets = secrets.filter { $0.utf8.count >= Self.leastLength }
            .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        self.mask = mask
    }

    /// A text without them.
    public func callAsFunction(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: mask) }
    }
}
