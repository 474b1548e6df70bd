internal import Autoscaling
internal import KubernetesTypes

/// Objects as rows of columns: what `kubectl get` prints.
struct Table {
    /// One column: its heading, and what stands in it for an object.
    struct Column: Sendable {
        var name: String
        var type = "string"
        /// 1 for columns that are shown with `-o wide` only.
        var priority = 0
        var cell: @Sendable (JSONValue, Timestamp) -> JSONValue

        init(
            _ name: String, type: String = "string", isWide: Bool = false,
            _ cell: @escaping @Sendable (JSONValue, Timestamp) -> JSONValue
        ) {
            self.name = name
            self.type = type
            self.priority = isWide ? 1 : 0
            self.cell = cell
        }
    }

    private let columns: [Column]
    private let now: Timestamp

    init(_ kind: ResourceKind, now: Timestamp) {
        self.columns = TableColumns.columns(kind)
        self.now = now
    }

    func list(_ items: [JSONValue], metadata: JSONValue) -> JSONValue {
        [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": definitions,
            "rows": .array(items.map(row)),
        ]
    }

    func single(_ object: JSONValue) -> JSONValue {
        var metadata: JSONValue = [:]
        metadata["resourceVersion"] = object[path: ["metadata", "resourceVersion"]]
        return list([object], metadata: metadata)
    }

    private var definitions: JSONValue {
        .array(
            columns.map { column in
                [
                    "name": .string(column.name), "type": .string(column.type),
                    "format": column.name == "Name" ? "name" : "", "description": "",
                    "priority": .int(Int64(column.priority)),
                ]
            })
    }

    private func row(_ object: JSONValue) -> JSONValue {
        var partial = ObjectForm.metadata(object)
        partial[path: ["metadata", "managedFields"]] = nil
        return ["cells": .array(columns.map { $0.cell(object, now) }), "object": partial]
    }
}

extension Table {
    /// A span of time in kubectl's short form: `45s`, `3m10s`, `12m`, `5h20m`, `3d4h`, `10d`.
    ///
    /// - Source: `k8s.io/apimachinery/pkg/util/duration`, `HumanDuration`.
    static func age(seconds: Int64) -> String {
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        func both(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
            small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
        }
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return both(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return both(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86400): return both(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86400): return "\(days)d"
        case ..<(8 * 365 * 86400): return both(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    /// How long ago a time of an object was; `<unknown>` without one.
    static func age(since time: JSONValue?, _ now: Timestamp) -> String {
        guard let then = time?.stringValue.flatMap(Timestamp.init(rfc3339:)) else { return "<unknown>" }
        return age(seconds: now.nanoseconds(since: then) / 1_000_000_000)
    }
}
