/// Maps values with at most `limit` of them under way at once; results are in the order of the values.
///
/// - Throws: The first error; the others are then cancelled and waited for.
func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], limit: Int, _ transform: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        var outputs: [Output?] = Array(repeating: nil, count: inputs.count)
        for (index, input) in inputs.enumerated() {
            if index >= limit, let (done, output) = try await group.next() { outputs[done] = output }
            group.addTask { (index, try await transform(input)) }
        }
        for try await (done, output) in group { outputs[done] = output }
        return outputs.compactMap(\.self)
    }
}
