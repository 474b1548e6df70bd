extension JSONValue {
    /// The merge patch that turns another value into this one: only what differs, `null` for members that are gone.
    ///
    /// - Returns: An empty object when nothing differs.
    /// - Source: RFC 7386. Members that are `null` in this value cannot be told from absent ones by such a patch.
    public func mergePatch(from old: JSONValue) -> JSONValue {
        guard case .object(let members) = self, case .object(let former) = old else { return self }
        var changes: [String: JSONValue] = [:]
        for key in former.keys where members[key] == nil { changes[key] = .null }
        for (key, value) in members {
            guard let before = former[key] else {
                changes[key] = value
                continue
            }
            if before == value { continue }
            changes[key] = value.mergePatch(from: before)
        }
        return .object(changes)
    }
}
