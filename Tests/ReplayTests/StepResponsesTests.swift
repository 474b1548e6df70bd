import Testing

@testable import Replay

/// Reaction, recovery and overshoot of rises of demand, worked out by hand.
@Suite struct StepResponsesTests {
    private typealias Stretch = (seconds: Double, needed: Int32, ready: Int32, asked: Int32)

    private func responses(_ stretches: [Stretch]) -> StepResponses {
        var responses = StepResponses()
        for stretch in stretches {
            responses.advance(stretch.seconds, needed: stretch.needed, ready: stretch.ready, asked: stretch.asked)
        }
        responses.close()
        return responses
    }

    @Test func aRiseIsAnsweredAndOvershot() {
        // Needed go from 2 to 4. After 30 s six are asked for, 15 s later they are ready: 2 of 4 too many.
        let found = responses([(60, 2, 2, 2), (30, 4, 2, 2), (15, 4, 2, 6), (700, 4, 6, 6), (60, 2, 9, 9)])
        #expect(found.count == 1)
        #expect(found.reaction.mean == 30)
        #expect(found.recovery.mean == 45)
        #expect(found.overshoot.highest == 50)
    }

    @Test func podsOnTheirWayAreAReactionOfNoTime() {
        let found = responses([(60, 2, 2, 4), (15, 4, 2, 4), (60, 4, 4, 4)])
        #expect(found.reaction.mean == 0)
        #expect(found.recovery.mean == 15)
        #expect(found.overshoot.mean == 0)
    }

    @Test func eachRiseCountsForItself() {
        // The second one comes while the first is settling; the third nobody answers, and it goes away by itself.
        let found = responses([
            (15, 3, 2, 2), (15, 3, 2, 3), (60, 3, 3, 3), (45, 5, 3, 3), (15, 5, 3, 5), (700, 5, 5, 5), (30, 6, 5, 5),
            (60, 5, 5, 5),
        ])
        // Reactions after 15 s and 45 s; recoveries after 30 s, 60 s and 30 s.
        #expect(found.count == 3)
        #expect(found.reaction.mean == 30)
        #expect(found.reaction.highest == 45)
        #expect(found.recovery.mean == 40)
    }

    @Test func aStepThatNothingEndsHasNoRecovery() {
        let found = responses([(30, 3, 2, 2), (30, 3, 2, 3)])
        #expect(found.count == 1)
        #expect(found.reaction.mean == 30)
        #expect(found.recovery.mean == nil)
        #expect(found.overshoot.mean == nil)
    }
}
