@testable import KubernetesClient

/// What controllers do with what is theirs, what befalls them, and what must never be.
extension ShardSimulation {
    /// What a controller does: asks, and writes.
    mutating func write(_ index: Int) {
        let paused = now < processes[index].pausedUntil
        schedule(.write(index), at: paused ? processes[index].pausedUntil : now + weather.seconds(0...2))
        guard !paused, !processes[index].isDead else { return }
        let shard = Int.random(in: processes[index].contests.indices, using: &weather.random)
        let duration = weather.seconds(0...4)
        guard mayWrite(processes[index], shard, within: duration) else {
            tally.refusedWrites += 1
            return
        }
        tally.writes += 1
        let end = now + duration / processes[index].speed
        processes[index].writingUntil[shard] = max(processes[index].writingUntil[shard] ?? .zero, end)
    }

    func mayWrite(_ process: Process, _ shard: Int, within duration: Duration) -> Bool {
        (process.ownership.group?.mayWrite(within: duration) ?? true)
            && process.ownership.shards[shard].mayWrite(within: duration)
    }

    /// At no moment may two write for one namespace, whatever way they count their shards.
    mutating func check() {
        orphans = orphans.filter { now < $0.until }
        var writers: [(who: String, count: Int, shard: Int)] = orphans.map { ("orphan", $0.count, $0.shard) }
        for process in processes where !process.isDead {
            for shard in process.contests.indices
            where process.writingUntil[shard].map({ now < $0 }) ?? false
                || process.contests[shard].election.renewedAt != nil && mayWrite(process, shard, within: .zero)
            {
                writers.append((process.identity, process.count, shard))
            }
        }
        for (place, one) in writers.enumerated() {
            for other in writers[..<place] where one.count != other.count || one.shard == other.shard {
                tally.violations.append("\(now): \(one) and \(other)")
            }
        }
        if let killedAt, tally.recovery == nil {
            let owned = Set(processes.filter { !$0.isDead }.flatMap(\.ownership.terms.keys))
            if owned.count == setting.counts[0] { tally.recovery = now - killedAt }
        }
    }

    mutating func disturb() {
        guard now < setting.calm else { return }
        schedule(.disturb, at: now + weather.seconds(2...25))
        let index = Int.random(in: processes.indices, using: &weather.random)
        switch Int.random(in: 0..<4, using: &weather.random) {
        case 0, 1: processes[index].pausedUntil = weather.fault(within: 0...40, at: now)
        case 2: processes[index].cutOffUntil = weather.fault(within: 0...40, at: now)
        default: restart(index)
        }
    }
}
