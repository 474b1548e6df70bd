internal import Autoscaling

/// The usage of one resource by the pods of one batch of namespaces, at one time: a value in the place of each container.
struct UsageBatch: Sendable {
    struct Row: Sendable {
        var milliValue: Int64 = 0
        /// When the container was seen last, or what the value is no younger than.
        var time: Timestamp?
        var state = State.unmeasured
    }

    enum State: Sendable {
        /// Only its time has come.
        case unmeasured
        case usable
        /// Its sample was dropped.
        case dropped
        /// Only the past of the series is left, e.g. of an init container: its absence is no gap.
        case ended
    }

    let directory: PodDirectory
    private(set) var rows: [Row]
    private(set) var dropped: [DropReason: DroppedSamples] = [:]

    /// Joins the two answers for a batch.
    ///
    /// - Parameters:
    ///   - directory: Of these answers' series.
    ///   - evaluated: When the usage was asked for; a value is no younger, whatever was scraped since.
    init(_ directory: PodDirectory, usage: SampleVector, times: SampleVector, evaluated: Timestamp?) {
        self.directory = directory
        rows = Array(repeating: Row(), count: directory.rowCount)
        for (entry, row) in zip(times.entries, directory.timeRows) {
            guard row != PodDirectory.none, case .number(let seconds) = entry.value, seconds.isFinite else { continue }
            // Prometheus divides whole milliseconds by 1000; rounding finds them again.
            let milliseconds = (seconds * 1000).rounded()
            guard abs(milliseconds) < 9e12 else { continue }
            rows[Int(row)].time = Timestamp(nanoseconds: Int64(milliseconds) * 1_000_000)
        }
        for (entry, row) in zip(usage.entries, directory.usageRows) {
            if row == PodDirectory.none {
                let series = SeriesLabels(table: usage.table, range: entry.labels)
                drop(.missingLabel, example: series.description)
            } else {
                measure(Int(row), entry.value, evaluated: evaluated)
            }
        }
    }

    private mutating func measure(_ row: Int, _ value: SampleValue, evaluated: Timestamp?) {
        let directory = directory
        guard rows[row].state == .unmeasured else {
            if rows[row].state == .usable { rows[row].state = .dropped }
            return drop(.duplicate, example: directory.description(of: row))
        }
        switch (Self.milliValue(of: value), rows[row].time) {
        case (.failure(let reason), _):
            rows[row].state = .dropped
            drop(reason, example: directory.description(of: row))
        case (.success, .none):
            rows[row].state = .ended
            drop(.ended, example: directory.description(of: row))
        case (.success(let milliValue), .some(let time)):
            rows[row] = Row(milliValue: milliValue, time: min(time, evaluated ?? time), state: .usable)
        }
    }

    private mutating func drop(_ reason: DropReason, example: @autoclosure () -> String) {
        guard dropped[reason] == nil else {
            dropped[reason]?.count += 1
            return
        }
        dropped[reason] = DroppedSamples(count: 1, example: example())
    }

    private static func milliValue(of value: SampleValue) -> Result<Int64, DropReason> {
        guard case .number(let number) = value else { return .failure(.histogram) }
        if number.isNaN { return .failure(.notANumber) }
        if number.isInfinite { return .failure(.infinite) }
        if number < 0 { return .failure(.negative) }
        let milli = (number * 1000).rounded(.toNearestOrAwayFromZero)
        return .success(milli >= 0x1p63 ? .max : Int64(milli))
    }

    // MARK: - Pods

    /// What is known of a pod; `nil` when no container of it has a usable sample.
    func pod(_ number: Int32, window: Duration) -> PodUsage? {
        guard number != PodDirectory.none else { return nil }
        var (containers, isComplete) = ([ContainerUsage](), true)
        for row in directory.rows(of: number) {
            if rows[row].state == .dropped { isComplete = false }
            if let usage = container(in: row) { containers.append(usage) }
        }
        return containers.isEmpty ? nil : PodUsage(containers: containers[...], isComplete: isComplete, window: window)
    }

    func container(in row: Int) -> ContainerUsage? {
        guard rows[row].state == .usable, let time = rows[row].time else { return nil }
        return ContainerUsage(container: directory.container(of: row), milliValue: rows[row].milliValue, time: time)
    }

    /// Pods that have a usage.
    var podCount: Int {
        (0..<Int32(directory.podCount)).count { pod in
            directory.rows(of: pod).contains { rows[$0].state == .usable && rows[$0].time != nil }
        }
    }
}

extension DropReason: Error {}
