package import KubernetesTypes
package import Manifests

/// The values that a search may give to each field that it varies.
package struct TuningRanges: Hashable, Sendable {
    /// One field and its values, ascending and each once.
    package struct Dimension: Hashable, Sendable {
        package var parameter: TuningParameter
        package var values: [Double]
    }

    /// Values of one field at most.
    static let largestCount = 1_000

    package private(set) var dimensions: [Dimension]

    /// - Throws: What is wrong, as a sentence.
    package init(_ dimensions: [Dimension]) throws(TuningError) {
        self.dimensions = []
        for dimension in dimensions { try add(dimension) }
    }

    /// Adds a field, or replaces its values.
    package mutating func add(_ dimension: Dimension) throws(TuningError) {
        let parameter = dimension.parameter
        var values: [Double] = []
        for value in dimension.values.sorted() where values.last != value {
            guard parameter.bounds.contains(value), !parameter.isWhole || value == value.rounded() else {
                let bounds = parameter.bounds
                throw TuningError(
                    "\(parameter.rawValue) is a \(parameter.isWhole ? "whole number" : "number") from "
                        + "\(NumberText.short(bounds.lowerBound)) to \(NumberText.short(bounds.upperBound)), not "
                        + NumberText.short(value))
            }
            values.append(value)
        }
        if values.isEmpty { throw TuningError("\(parameter.rawValue) has no value to try") }
        if values.count > TuningRanges.largestCount {
            throw TuningError("\(parameter.rawValue) has more than \(TuningRanges.largestCount) values to try")
        }
        dimensions.removeAll { $0.parameter == parameter }
        dimensions.append(Dimension(parameter: parameter, values: values))
    }

    /// Candidates in all; the largest number there is where it does not fit.
    package var count: Int {
        dimensions.reduce(1) { product, dimension in
            let (result, overflow) = product.multipliedReportingOverflow(by: dimension.values.count)
            return overflow ? .max : result
        }
    }

    /// What is varied when nobody says: the target, the bounds, and the window of the way down, around the policy's own.
    package init(around spec: HorizontalPodAutoscaler.Spec) throws(TuningError) {
        var probe = spec
        var dimensions: [Dimension] = []
        if TuningParameter.averageUtilization.set(50, in: &probe) {
            dimensions.append(Dimension(parameter: .averageUtilization, values: (8...18).map { Double($0) * 5 }))
        }
        let (least, most) = (Double(spec.minReplicas ?? 1), Double(spec.maxReplicas ?? 1))
        dimensions.append(Dimension(parameter: .minReplicas, values: [least, least + 1, least + 2].filter { $0 >= 1 }))
        dimensions.append(
            Dimension(parameter: .maxReplicas, values: [most, (most * 1.5).rounded(.up), most * 2]))
        dimensions.append(Dimension(parameter: .scaleDownWindow, values: [0, 60, 120, 300, 600]))
        try self.init(dimensions)
    }

    /// Reads `NAME=VALUES`; see ``values(_:)``.
    package static func dimension(_ text: String) throws(TuningError) -> Dimension {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw TuningError("'\(text)' is no range, write one like averageUtilization=40..90/5 or minReplicas=2,3,4")
        }
        return Dimension(parameter: try parameter(String(parts[0])), values: try values(String(parts[1])))
    }

    static func parameter(_ name: String) throws(TuningError) -> TuningParameter {
        if let parameter = TuningParameter(rawValue: name) { return parameter }
        let names = TuningParameter.allCases.map(\.rawValue)
        if let nearest = Spelling.nearest(to: name, among: names) {
            throw TuningError("'\(name)' is nothing that can be varied, did you mean \(nearest)?")
        }
        throw TuningError("'\(name)' is nothing that can be varied; there are \(names.joined(separator: ", "))")
    }

    /// Reads `2,3,4`, `40..90/5` (a first, a last and a step; a step of 1 if none is written), and both together.
    static func values(_ text: String) throws(TuningError) -> [Double] {
        var values: [Double] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "/", maxSplits: 1)
            let range = (ends.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
            if let value = Double(part) {
                values.append(value)
                continue
            }
            guard ends.count >= 1, let middle = (ends.first ?? "").firstRange(of: ".."), range.count >= 3,
                let first = Double(ends[0][..<middle.lowerBound]), let last = Double(ends[0][middle.upperBound...]),
                let step = ends.count == 2 ? Double(ends[1]) : 1, step > 0, first <= last,
                (last - first) / step <= Double(largestCount)
            else {
                throw TuningError("'\(part)' is no value and no range, write 2,3,4 or 40..90/5")
            }
            let count = Int(((last - first) / step + 1e-9).rounded(.down))
            // Rounded, so that 0.05 and its multiples stay what they are written as.
            values += (0...count).map { ((first + Double($0) * step) * 1e6).rounded() / 1e6 }
        }
        return values
    }
}

/// Why a search cannot begin, as a sentence.
package struct TuningError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

extension TuningRanges {
    /// Reads ranges from YAML: fields by their names, `scaleUp` and `scaleDown` as maps or with dots, each a number, a
    /// list of numbers, or a text as on the command line.
    ///
    /// - Throws: The first fault, with its place.
    package init(yaml bytes: [UInt8], file: String) throws(Diagnostic) {
        let document = try YAMLParser.documents(of: bytes, file: file).first
        var dimensions: [Dimension] = []
        func read(_ node: YAMLNode?, prefix: String) throws(Diagnostic) {
            guard case .mapping(let entries) = node?.content, !entries.isEmpty else {
                let what = prefix.isEmpty ? "the ranges" : String(prefix.dropLast())
                throw Diagnostic(file: file, mark: node?.mark, message: "\(what) must be a map of fields to vary")
            }
            for entry in entries {
                if prefix.isEmpty, entry.key == "scaleUp" || entry.key == "scaleDown" {
                    try read(entry.value, prefix: entry.key + ".")
                    continue
                }
                do throws(TuningError) {
                    let parameter = try TuningRanges.parameter(prefix + entry.key)
                    let texts = entry.value.items.map { $0.map { $0.text ?? "" } } ?? [entry.value.text ?? ""]
                    dimensions.append(
                        Dimension(parameter: parameter, values: try TuningRanges.values(texts.joined(separator: ","))))
                    _ = try TuningRanges(dimensions)
                } catch {
                    throw Diagnostic(file: file, mark: entry.value.mark, message: error.description)
                }
            }
        }
        try read(document, prefix: "")
        do {
            try self.init(dimensions)
        } catch {
            throw Diagnostic(file: file, mark: document?.mark, message: error.description)
        }
    }
}
