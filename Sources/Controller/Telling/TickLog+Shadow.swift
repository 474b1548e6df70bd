package import Autoscaling

extension TickLog {
    /// Tells where this controller and the one in charge differ, when it begins and when it ends.
    package func record(_ records: [ShadowRecord], at time: Timestamp) {
        for record in records where record.kind != .summary {
            var fields: [EventLog.Field] = [
                .init("namespace", record.namespace), .init("autoscaler", record.name),
                .init("ours", record.ours ?? 0), .init("theirs", record.theirs ?? 0),
                .init("seconds", Int64(record.seconds ?? 0)),
            ]
            if let explanation = record.explanation { fields.append(.init("reason", explanation)) }
            log.event(.info, record.kind == .began ? .shadowDiffers : .shadowAgrees, at: time, fields)
        }
    }
}
