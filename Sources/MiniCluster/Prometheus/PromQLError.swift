/// Why a query has no result, as Prometheus' API names it.
enum PromQLError: Error, Sendable, Hashable {
    /// The query or a parameter cannot be read: `bad_data`, 400.
    case badData(String)
    /// It cannot be evaluated: `execution`, 422.
    case execution(String)

    /// A parse error of the query at a place in it.
    static func parse(_ text: String, at offset: Int, of query: String) -> PromQLError {
        let before = query.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return .badData("invalid parameter \"query\": \(line):\(column): parse error: \(text)")
    }

    /// What a person is told about parts of PromQL that are not here.
    static func notSupported(_ what: String) -> String {
        "\(what) is not supported by this simulated Prometheus"
    }

    var errorType: String {
        switch self {
        case .badData: "bad_data"
        case .execution: "execution"
        }
    }

    var message: String {
        switch self {
        case .badData(let text), .execution(let text): text
        }
    }

    var status: Int {
        switch self {
        case .badData: 400
        case .execution: 422
        }
    }
}
