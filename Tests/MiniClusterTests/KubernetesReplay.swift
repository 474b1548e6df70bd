import KubernetesTypes
import LoopbackClient
import Recordings

/// Sends recorded requests to a cluster of our own and compares the answers.
///
/// Versions, uids and tokens of the recording are not ours: each answer teaches which of ours stands for which of the
/// recording's, and later requests are rewritten with that.
struct KubernetesReplay {
    let cluster: KubernetesTestCluster
    /// Paths (members joined by dots) in which answers may differ, and everything below them.
    var ignored: Set<String>
    private var ours: [String: String] = [:]

    init(_ cluster: KubernetesTestCluster, ignoring ignored: Set<String> = []) {
        self.cluster = cluster
        self.ignored = ignored
    }

    /// Sends one request, and says in what the answer differs.
    mutating func differences(_ exchange: WireExchange) async throws -> [String] {
        var headers: [(String, String)] = []
        for name in ["Accept", "Content-Type", "Authorization", "Impersonate-User"] {
            if let value = exchange.request.header(name) { headers.append((name, value)) }
        }
        let body =
            exchange.request.body.isEmpty && exchange.method == "GET" ? nil : rewritten(exchange.request.bodyText)
        let response = try await cluster.connect().exchange(
            exchange.method, rewritten(exchange.target), headers: headers, body: body)
        var found: [String] = []
        if response.status != exchange.status { found.append("status \(response.status), not \(exchange.status)") }
        if Self.media(response.header("Content-Type")) != Self.media(exchange.response.header("Content-Type")) {
            found.append("content type \(response.header("Content-Type") ?? "none")")
        }
        for name in ["Warning", "Retry-After"] where response.header(name) != exchange.response.header(name) {
            found.append("\(name): \(response.header(name) ?? "none")")
        }
        guard let recorded = try? JSONValue(parsing: exchange.response.body) else {
            return response.text == exchange.response.bodyText ? found : found + ["text \(response.text)"]
        }
        guard let own = try? JSONValue(parsing: response.body) else { return found + ["no JSON: \(response.text)"] }
        learn(recorded, own)
        compare(recorded, own, "", &found)
        return found
    }

    private static func media(_ contentType: String?) -> Substring? {
        contentType?.prefix { $0 != ";" }
    }

    // MARK: Names of the recording and ours

    private mutating func learn(_ recorded: JSONValue, _ own: JSONValue) {
        let lists = (recorded["items"]?.arrayValue ?? [], own["items"]?.arrayValue ?? [])
        for (left, right) in [(recorded, own)] + Array(zip(lists.0, lists.1)) {
            for field in ["uid", "resourceVersion", "continue"] {
                let path = ["metadata", field]
                if let left = left[path: path]?.stringValue, let right = right[path: path]?.stringValue {
                    ours[left] = right
                }
            }
        }
    }

    /// Replaces whole values only: a version is found between quotes, or after an equals sign.
    private func rewritten(_ text: String) -> String {
        var text = text
        for (left, right) in ours {
            text = text.split(separator: "\"\(left)\"", omittingEmptySubsequences: false).joined(
                separator: "\"\(right)\"")
            if left.count > 20 {
                text = text.split(separator: left, omittingEmptySubsequences: false).joined(separator: right)
            }
        }
        return text
    }

    // MARK: Comparing

    private func compare(_ recorded: JSONValue, _ own: JSONValue, _ path: String, _ found: inout [String]) {
        if ignored.contains(path) { return }
        switch (recorded, own) {
        case (.object(let left), .object(let right)):
            for key in Set(left.keys).union(right.keys).sorted() {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                if Self.serverFields.contains(key) {
                    if key != "managedFields", left[key]?.isNull != right[key]?.isNull {
                        found.append("\(inner) there or not")
                    }
                    continue
                }
                switch (left[key], right[key]) {
                case (let left?, let right?): compare(left, right, inner, &found)
                case (nil, _?) where !ignored.contains(inner): found.append("\(inner) is too much")
                case (_?, nil) where !ignored.contains(inner): found.append("\(inner) is missing")
                default: break
                }
            }
        case (.array(let left), .array(let right)):
            if left.count != right.count { found.append("\(path) has \(right.count) elements, not \(left.count)") }
            for (left, right) in zip(left, right) { compare(left, right, path + "[]", &found) }
        case (.string(let left), .string(let right)):
            if Self.masked(rewritten(left)) != Self.masked(right) { found.append("\(path): \(right)") }
        default:
            if recorded != own { found.append("\(path): \(own), not \(recorded)") }
        }
    }

    /// Set by each server in its own way; only their presence is compared, and of managedFields not even that.
    private static let serverFields: Set<String> = [
        "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "managedFields", "continue",
    ]

    /// A message up to where the recording's own uids stand, or a dump of the patched object.
    private static func masked(_ message: String) -> Substring {
        for dump in [" \"\" is invalid: patch", "Invalid value: \"{"] where message.hasPrefix(dump) { return dump[...] }
        // The name before it ends in random characters.
        if let index = message.firstRange(of: "metadata.generateName:")?.lowerBound { return message[index...] }
        for mark in ["does not match the UID in record", "UID in object meta:", "UID in precondition:"] {
            if let index = message.firstRange(of: mark)?.lowerBound { return message[..<index] }
        }
        return message[...]
    }
}
