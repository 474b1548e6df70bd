import Autoscaling
import KubernetesTypes
import Testing

@testable import Controller

/// What goes over the wire when a status has changed: whole, whatever is stored.
@Suite struct StatusPatchTests {
    private static let start = Timestamp(nanoseconds: 1_773_424_800_000_000_000)

    private static func history(_ replicas: [Int32], pending: Int32? = nil) -> HorizontalAutoscaler.StoredHistory {
        let recommendations = replicas.enumerated().map {
            History.Recommendation(time: start.advanced(bySeconds: Int64($0.offset)), replicas: $0.element)
        }
        return HorizontalAutoscaler.StoredHistory(
            History(recommendations: recommendations), target: "u",
            pending: pending.map { .init(time: PreciseTime(start), from: 2, to: $0) })
    }

    private static let statuses: [HorizontalAutoscaler.Status] = [
        .init(),
        .init(extensions: .init(history: history([2]))),
        .init(extensions: .init(history: history([2, 5], pending: 5))),
        .init(extensions: .init(history: history([5], pending: 7))),
        .init(autoscaling: .init(currentReplicas: 5), extensions: .init(history: history([5]))),
    ]

    @Test func aHistoryIsNeverMixedOfTwo() throws {
        for wanted in Self.statuses {
            for believed in Self.statuses {
                for stored in Self.statuses {
                    let patch = wanted.mergePatch(from: believed)
                    let result = try #require(stored.normalized).mergePatched(by: patch)
                        .decoded(as: HorizontalAutoscaler.Status.self).extensions.history
                    // As wanted, or, where nothing was to be changed, as it is.
                    let isWhole = result == wanted.extensions.history || result == stored.extensions.history
                    #expect(isWhole)
                    if believed == stored { #expect(result == wanted.extensions.history) }
                }
            }
        }
    }

    @Test func aHistoryThatCannotBeReadIsNone() throws {
        let status: JSONValue = [
            "desiredReplicas": 5, "history": ["recommendations": [], "pending": ["to": 5]],
        ]
        let read = try status.decoded(as: HorizontalAutoscaler.Status.self)
        #expect(read.extensions.history == nil)
        #expect(read.autoscaling.desiredReplicas == 5)
    }
}
