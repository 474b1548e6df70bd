internal import Autoscaling
internal import FoundationEssentials
internal import HTTPService

/// The fields of a request to the API, from the URL and from a form body.
struct QueryParameters {
    private let items: [ServiceRequest.QueryItem]

    init(_ request: ServiceRequest) throws(PromQLError) {
        var items = request.query
        if request.method == "POST", !request.body.isEmpty {
            do {
                items = try request.formItems() + items
            } catch {
                throw .badData("error parsing form values: \(error)")
            }
        }
        self.items = items
    }

    /// The value of a field; `nil` when it is absent or empty.
    subscript(name: String) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// A time in milliseconds: Unix seconds or RFC 3339; `nil` when absent.
    func time(_ name: String) throws(PromQLError) -> Int64? {
        guard let text = self[name] else { return nil }
        if let seconds = Self.number(text), abs(seconds) < 9e12 { return Int64((seconds * 1000).rounded()) }
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        for style in styles {
            if let date = try? Date(text, strategy: style) {
                return Int64((date.timeIntervalSince1970 * 1000).rounded())
            }
        }
        throw .badData(
            "invalid parameter \"\(name)\": Invalid time value for '\(name)': cannot parse \"\(text)\" to a valid "
                + "timestamp")
    }

    func requiredTime(_ name: String) throws(PromQLError) -> Int64 {
        guard let time = try time(name) else {
            throw .badData(
                "invalid parameter \"\(name)\": Invalid time value for '\(name)': cannot parse \"\" to a valid timestamp"
            )
        }
        return time
    }

    /// A duration in milliseconds: seconds as a number, or `1m30s`; `nil` when absent.
    func duration(_ name: String) throws(PromQLError) -> Int64? {
        guard let text = self[name] else { return nil }
        if let seconds = Self.number(text), abs(seconds) < 9e9 { return Int64((seconds * 1000).rounded()) }
        var offset = 0
        let bytes = Array(text.utf8)
        if let milliseconds = PromQLLexer.duration(bytes, from: &offset), offset == bytes.count { return milliseconds }
        throw .badData("invalid parameter \"\(name)\": cannot parse \"\(text)\" to a valid duration")
    }

    /// A finite decimal number.
    private static func number(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
