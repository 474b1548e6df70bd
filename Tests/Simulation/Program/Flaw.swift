internal import HTTPTransport
internal import KubernetesTypes

/// Something that a controller could do wrong, planted between it and the network: so that it is known that it would be
/// seen.
enum Flaw: String, CaseIterable, Sendable {
    /// Sizes are written as they come, beyond `maxReplicas`.
    case unclamped
    /// Who stands for election writes whether elected or not.
    case unelected
    /// Sizes are written whatever was written since the decision.
    case unconditional
    /// What was written is written once more, with another size.
    case repeated
    /// Where there is no answer, nothing is taken to be no load.
    case zeroes
    /// Nothing is written.
    case silent
    /// Pods are believed to be as they were seen last, however long nothing has been heard of them.
    case trusting

    /// What the network gets in the place of a request.
    func changed(_ request: HTTPRequest, _ scenario: Scenario) -> HTTPRequest {
        guard request.isOfScale, var body = try? JSONValue(parsing: request.body ?? []) else { return request }
        switch self {
        case .unclamped: body[path: ["spec", "replicas"]] = .int(Int64(scenario.maxReplicas) + 10)
        case .unconditional: body["metadata"] = [:]
        case .unelected, .repeated, .zeroes, .silent, .trusting: return request
        }
        var request = request
        request.body = body.serialized()
        return request
    }

    /// What is sent after a request that was answered.
    func repetition(of request: HTTPRequest, after response: HTTPResponse, _ scenario: Scenario) -> HTTPRequest? {
        guard self == .repeated, request.isOfScale, response.isSuccess,
            let stored = try? JSONValue(parsing: response.body),
            let size = stored[path: ["spec", "replicas"]]?.intValue,
            let version = stored[path: ["metadata", "resourceVersion"]]
        else { return nil }
        let other = size > Int64(scenario.minReplicas) ? size - 1 : size + 1
        let body: JSONValue = ["metadata": ["resourceVersion": version], "spec": ["replicas": .int(other)]]
        var request = request
        request.body = body.serialized()
        return request
    }

    /// What a controller makes of no answer to a query that was answered before: the same pods, seen now, without a load.
    func answer(after last: [UInt8]?, at seconds: Double) -> HTTPResponse? {
        guard self == .zeroes, let last, var answer = try? JSONValue(parsing: last),
            let series = answer[path: ["data", "result"]]?.arrayValue
        else { return nil }
        answer[path: ["data", "result"]] = .array(
            series.map { one in
                var one = one
                let before = one["value"]?[1]?.stringValue.flatMap { Double($0) } ?? 0
                // Times are far larger than cores.
                let value = before > 1_000_000 ? seconds : 0
                one["value"] = .array([.double(seconds), .string("\(value)")])
                return one
            })
        return HTTPResponse(status: 200, body: answer.serialized())
    }
}
