/// Names one object of a kind: `shop/web`.
package struct NamespacedName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: NamespacedName, right: NamespacedName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// Names one autoscaler among all.
package typealias AutoscalerKey = NamespacedName
