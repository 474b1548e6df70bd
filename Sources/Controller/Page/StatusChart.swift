internal import HTML

/// The small pictures of an autoscaler's last hours, as static SVG: whole without JavaScript, stretched to their place.
///
/// One unit of width is one column of the trail, and a chart is 40 units high, whatever it measures.
struct StatusChart {
    static let height = 40.0

    let columns: [StatusTrail.Column]

    // MARK: - Replicas

    /// The top of the replicas' scale: what was there and a little more, and the maximum where that is not far away.
    var highestReplicas: Double {
        let seen = columns.lazy.filter(\.isSeen)
        let highest = seen.map { max($0.current, $0.desired) }.max() ?? 0
        let allowed = seen.map(\.maximum).max() ?? 0
        return Double(max(min(Int(allowed), Int(highest) * 2), Int(highest), 1)) * 1.05
    }

    /// Nothing, where nothing is known.
    func writeReplicas(to html: inout HTMLWriter, label: String) {
        guard columns.contains(where: \.isSeen) else { return }
        let top = highestReplicas
        func height(_ replicas: UInt16) -> Double { Self.height * (1 - min(Double(replicas) / top, 1)) }
        write(to: &html, label: label) { html in
            path("band", area { $0.isSeen ? (height($0.maximum), height($0.minimum)) : nil }, to: &html)
            path("there", area { $0.isSeen ? (height($0.current), Self.height) : nil }, to: &html)
            path("desired", steps { $0.isSeen ? height($0.desired) : nil }, to: &html)
        }
    }

    // MARK: - Usage

    /// The top of the usage's scale, as a multiple of the target.
    var highestUsage: Double {
        let highest = columns.lazy.filter { $0.usage != StatusTrail.Column.none }.map(\.usage).max() ?? 0
        return max(Double(highest) / 1_000 * 1.05, 1.5)
    }

    /// Whether anything was measured.
    var hasUsage: Bool { columns.contains { $0.usage != StatusTrail.Column.none } }

    /// Nothing, where nothing was measured.
    func writeUsage(to html: inout HTMLWriter, label: String) {
        guard hasUsage else { return }
        let top = highestUsage
        func height(_ usage: UInt16) -> Double { Self.height * (1 - min(Double(usage) / 1_000 / top, 1)) }
        func height(of column: StatusTrail.Column) -> Double? {
            column.usage == StatusTrail.Column.none ? nil : height(column.usage)
        }
        let target = Self.height * (1 - 1 / top)
        write(to: &html, label: label) { html in
            path("over", area { column in height(of: column).flatMap { $0 < target ? ($0, target) : nil } }, to: &html)
            path("target", "M0 \(Self.text(target))H\(columns.count)", to: &html)
            path("usage", steps(height(of:)), to: &html)
        }
    }

    // MARK: - Paths

    private func write(
        to html: inout HTMLWriter, label: String, content: (inout HTMLWriter) -> Void
    ) {
        html.element(
            "svg",
            [
                "viewBox": "0 0 \(max(columns.count, 1)) \(Int(Self.height))", "preserveAspectRatio": "none",
                "role": "img", "aria-label": label,
            ],
            content: content)
    }

    private func path(_ style: String, _ path: String, to html: inout HTMLWriter) {
        guard !path.isEmpty else { return }
        html.element("path", ["class": style, "d": path]) { _ in }
    }

    /// A line in steps, with holes where there is nothing.
    private func steps(_ height: (StatusTrail.Column) -> Double?) -> String {
        var path = ""
        var last: String?
        for (index, column) in columns.enumerated() {
            guard let y = height(column).map(Self.text) else {
                if last != nil { path += "H\(index)" }
                last = nil
                continue
            }
            if last == nil { path += "M\(index) \(y)" } else if last != y { path += "H\(index)V\(y)" }
            last = y
        }
        return last == nil ? path : path + "H\(columns.count)"
    }

    /// What lies between two lines in steps: a closed shape for each stretch of equal heights.
    private func area(_ span: (StatusTrail.Column) -> (top: Double, bottom: Double)?) -> String {
        var path = ""
        var start = 0
        var last: (top: String, bottom: String)?
        for index in 0...columns.count {
            let next =
                index < columns.count ? span(columns[index]).map { (Self.text($0.top), Self.text($0.bottom)) } : nil
            if next?.0 == last?.top, next?.1 == last?.bottom { continue }
            if let last { path += "M\(start) \(last.top)H\(index)V\(last.bottom)H\(start)Z" }
            (start, last) = (index, next.map { (top: $0.0, bottom: $0.1) })
        }
        return path
    }

    /// Tenths are more than a screen shows.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
