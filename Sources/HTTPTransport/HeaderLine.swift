/// One header line as libcurl takes it, checked so that no value can smuggle in another line.
struct HeaderLine {
    /// `Name: value`, or `Name;` which is libcurl's way to send a field with an empty value.
    let text: String

    /// - Throws: ``TransportError`` of kind `invalidRequest`; its text names the field and never the value.
    init(_ field: HTTPHeaders.Field, url: String) throws(TransportError) {
        guard Self.isToken(field.name), Self.isValidValue(field.value) else {
            throw TransportError(
                kind: .invalidRequest, url: url, detail: "the header '\(Self.printable(field.name))' is not valid")
        }
        guard !Self.framing.contains(field.name.lowercased()) else {
            throw TransportError(
                kind: .invalidRequest, url: url, detail: "the header '\(field.name)' is the client's to set")
        }
        let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        text = isBlank ? "\(field.name);" : "\(field.name): \(field.value)"
    }

    /// RFC 9110, section 5.5: no CR, LF, NUL; other control characters but the tab are refused as well.
    static func isValidValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// Fields that say where the body ends: a caller's value could contradict the body that is sent.
    private static let framing: Set<String> = ["content-length", "transfer-encoding"]

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func printable(_ name: String) -> String {
        String(name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) })
    }
}
