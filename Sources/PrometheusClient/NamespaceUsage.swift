package import Autoscaling

/// Where the pods of a list stand in a ``PodDirectory``: good for every tick whose answers have the same series.
package struct PodPlaces: Sendable {
    fileprivate let directory: PodDirectory
    fileprivate let numbers: [Int32]
}

/// The usage of one resource by the pods of one namespace, to be read pod by pod without looking each of them up.
package struct NamespaceUsage: Sendable {
    package let namespace: String
    let batch: UsageBatch
    package let window: Duration

    /// Where pods stand.
    ///
    /// - Parameter former: What was found for the same pods before.
    package func places(of names: [String], knowing former: PodPlaces?) -> PodPlaces {
        if let former, former.directory === batch.directory { return former }
        return PodPlaces(
            directory: batch.directory,
            numbers: names.map { batch.directory.number(namespace: namespace, pod: $0) })
    }

    /// What is known of the pod at an index of the list.
    package enum Reading {
        /// No container has a usable sample.
        case missing
        /// One of the containers that are looked for has none.
        case unusable
        case usage(milliValue: Int64, time: Timestamp)
    }

    /// The sum over the containers of a pod, saturating, and the oldest of their times: a total is as old as its oldest part.
    ///
    /// - Parameter containers: Those that the pod has. Where one of them has no usable sample there is no total, and where
    ///   a sample of any container was dropped.
    package func total(at index: Int, of places: PodPlaces, covering containers: [String]) -> Reading {
        let number = places.numbers[index]
        guard number != PodDirectory.none else { return .missing }
        let directory = batch.directory
        var (milliValue, time): (Int64, Timestamp?) = (0, nil)
        var (isComplete, covered, usable) = (true, 0, 0)
        let rows = directory.rows(of: number)
        for row in rows {
            switch batch.rows[row].state {
            case .dropped: isComplete = false
            case .unmeasured, .ended: break
            case .usable:
                guard let seen = batch.rows[row].time else { continue }
                let (sum, overflow) = milliValue.addingReportingOverflow(batch.rows[row].milliValue)
                milliValue = overflow ? .max : sum
                time = min(time ?? seen, seen)
                usable += 1
                let name = directory.container(of: row)
                for container in containers where container == name { covered += 1 }
            }
        }
        guard usable > 0, let time else { return .missing }
        guard isComplete, covered == containers.count else { return .unusable }
        return .usage(milliValue: milliValue, time: time)
    }

    /// The usage of one container of a pod.
    package func usage(of container: String, at index: Int, of places: PodPlaces) -> Reading {
        let number = places.numbers[index]
        guard number != PodDirectory.none else { return .missing }
        var isMissing = true
        for row in batch.directory.rows(of: number) {
            guard let usage = batch.container(in: row) else { continue }
            if usage.container == container { return .usage(milliValue: usage.milliValue, time: usage.time) }
            isMissing = false
        }
        return isMissing ? .missing : .unusable
    }
}
