/// The answer to a question about pods, by pod.
public struct PodValues: Sendable {
    private let values: [Pod: Double]

    private struct Pod: Sendable, Hashable {
        var namespace: String
        var name: String
    }

    /// Finite and other numbers by pod.
    ///
    /// - Parameters:
    ///   - namespace: What series without the label are taken to be in; `nil` to refuse them.
    ///   - query: What was asked, for the words of a failure.
    public init(_ answer: QueryAnswer, namespace: String?, query: String) throws(UnusableAnswer) {
        guard case .vector(let vector) = answer.result else {
            throw UnusableAnswer(
                "the query yields a \(answer.result.typeName) where a number for each pod is needed", query: query)
        }
        var values: [Pod: Double] = [:]
        values.reserveCapacity(vector.count)
        for element in vector {
            guard let name = element.labels["pod"], let namespace = element.labels["namespace"] ?? namespace else {
                throw UnusableAnswer(
                    "the series \(PrometheusError.bounded(element.labels.description)) lacks the label namespace or pod, "
                        + "aggregate by (namespace, pod)", query: query)
            }
            guard case .number(let value) = element.value else {
                throw UnusableAnswer("the query yields histograms, and no numbers", query: query)
            }
            let known = values.updateValue(value, forKey: Pod(namespace: namespace, name: name))
            if known != nil {
                throw UnusableAnswer(
                    "the query yields several series for the pod \(namespace)/\(name), aggregate by (namespace, pod)",
                    query: query)
            }
        }
        self.values = values
    }

    /// `nil` for a pod that is not in the answer.
    public subscript(namespace: String, pod: String) -> Double? { values[Pod(namespace: namespace, name: pod)] }
}
