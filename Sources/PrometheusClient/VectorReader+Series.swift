internal import Autoscaling

extension VectorReader {
    private static let metricKey = Array("metric".utf8)
    private static let valueKey = Array("value".utf8)
    private static let valuesKey = Array("values".utf8)
    private static let histogramKey = Array("histogram".utf8)
    private static let histogramsKey = Array("histograms".utf8)

    /// Which keys of a series have come.
    private struct Seen {
        var metric = false
        var value = false
        var histogram = false
    }

    /// `[{"metric":{…},"value":[…]}, …]`.
    mutating func vector() throws(AnswerFormatError) -> SampleVector {
        var vector = SampleVector()
        if let expected = recollection?.expectedCount { vector.entries.reserveCapacity(expected) }
        try cursor.expect(Self.openBracket)
        var isFirst = true
        while try cursor.next(before: Self.closeBracket, isFirst: &isFirst) {
            vector.entries.append(try vectorEntry())
        }
        vector.table = LabelTable(strings: interner, pairs: pairs)
        vector.series = recollection?.finish(vector.table)
        // One table for as long as the series are the same.
        if let series = vector.series { vector.table = series.table }
        return vector
    }

    private mutating func vectorEntry() throws(AnswerFormatError) -> SampleVector.Entry {
        var entry = SampleVector.Entry(
            labels: pairs.count..<pairs.count, time: Timestamp(nanoseconds: 0), value: .histogram)
        var seen = Seen()
        try cursor.expect(Self.openBrace)
        var isFirst = true
        while try cursor.next(before: Self.closeBrace, isFirst: &isFirst) {
            let key = try cursor.string()
            try cursor.expect(Self.colon)
            if cursor.matches(key, Self.metricKey) {
                try once(&seen.metric, "metric", key)
                entry.labels = try seriesLabels()
            } else if cursor.matches(key, Self.valueKey) {
                try once(&seen.value, "value", key)
                let sample = try sample()
                entry.time = sample.time
                entry.value = .number(sample.value)
            } else if cursor.matches(key, Self.histogramKey) {
                try once(&seen.histogram, "histogram", key)
                let time = try histogram()
                if !seen.value { entry.time = time }
            } else {
                try cursor.skipValue(depth: 4)
            }
        }
        guard seen.metric else { throw AnswerFormatError(.missingKey("metric"), at: cursor.offset) }
        guard seen.value || seen.histogram else { throw AnswerFormatError(.missingKey("value"), at: cursor.offset) }
        return entry
    }

    /// `[{"metric":{…},"values":[[…], …]}, …]`.
    mutating func matrix() throws(AnswerFormatError) -> SampleMatrix {
        var matrix = SampleMatrix()
        try cursor.expect(Self.openBracket)
        var isFirst = true
        while try cursor.next(before: Self.closeBracket, isFirst: &isFirst) {
            let entry = try matrixEntry(points: &matrix.points)
            matrix.entries.append(entry)
        }
        matrix.table = LabelTable(strings: interner, pairs: pairs)
        return matrix
    }

    private mutating func matrixEntry(
        points: inout [SampleMatrix.Point]
    ) throws(AnswerFormatError) -> SampleMatrix.Entry {
        var entry = SampleMatrix.Entry(
            labels: pairs.count..<pairs.count, points: points.count..<points.count, histogramCount: 0)
        var seen = Seen()
        try cursor.expect(Self.openBrace)
        var isFirst = true
        while try cursor.next(before: Self.closeBrace, isFirst: &isFirst) {
            let key = try cursor.string()
            try cursor.expect(Self.colon)
            if cursor.matches(key, Self.metricKey) {
                try once(&seen.metric, "metric", key)
                entry.labels = try labels()
            } else if cursor.matches(key, Self.valuesKey) {
                try once(&seen.value, "values", key)
                try appendPoints(to: &points)
                entry.points = entry.points.lowerBound..<points.count
            } else if cursor.matches(key, Self.histogramsKey) {
                try once(&seen.histogram, "histograms", key)
                entry.histogramCount = try histograms()
            } else {
                try cursor.skipValue(depth: 4)
            }
        }
        guard seen.metric else { throw AnswerFormatError(.missingKey("metric"), at: cursor.offset) }
        guard seen.value || seen.histogram else { throw AnswerFormatError(.missingKey("values"), at: cursor.offset) }
        return entry
    }

    private mutating func appendPoints(to points: inout [SampleMatrix.Point]) throws(AnswerFormatError) {
        try cursor.expect(Self.openBracket)
        var isFirst = true
        while try cursor.next(before: Self.closeBracket, isFirst: &isFirst) {
            let sample = try sample()
            points.append(SampleMatrix.Point(time: sample.time, value: sample.value))
        }
    }

    /// `[1795486017.724,{"count":"141","sum":"87.5","buckets":[…]}]`: the time is kept.
    private mutating func histogram() throws(AnswerFormatError) -> Timestamp {
        try cursor.expect(Self.openBracket)
        let time = try cursor.time()
        try cursor.expect(Self.comma)
        try cursor.skipValue(depth: 5)
        try cursor.expect(Self.closeBracket)
        return time
    }

    private mutating func histograms() throws(AnswerFormatError) -> Int {
        try cursor.expect(Self.openBracket)
        var count = 0
        var isFirst = true
        while try cursor.next(before: Self.closeBracket, isFirst: &isFirst) {
            _ = try histogram()
            count += 1
        }
        return count
    }

    /// Most labels of one series that are read. Each is compared with those before it, so that without a bound an answer
    /// within its size could take hours. Series of Kubernetes have some ten to a hundred.
    static let maximumLabels = 512

    /// The labels of a series of a vector: where they stand as they did in the answer before, they have been read.
    private mutating func seriesLabels() throws(AnswerFormatError) -> Range<Int> {
        guard recollection != nil else { return try labels() }
        _ = try cursor.peek()
        if let known = recollection?.find(cursor.bytes, at: cursor.offset) {
            cursor.offset += known.length
            return known.labels
        }
        let start = cursor.offset
        let labels = try labels()
        recollection?.add(cursor.bytes[start..<cursor.offset], labels)
        return labels
    }

    /// `{"__name__":"up","job":"pods"}`: the wanted labels go to the table.
    private mutating func labels() throws(AnswerFormatError) -> Range<Int> {
        let start = pairs.count
        try cursor.expect(Self.openBrace)
        var isFirst = true
        while try cursor.next(before: Self.closeBrace, isFirst: &isFirst) {
            let name = try cursor.string()
            try cursor.expect(Self.colon)
            let value = try cursor.string()
            guard let label = label(name, value) else { continue }
            // Few labels are wanted: a look at each costs less than a set.
            for index in start..<pairs.count where pairs[index].name == label.name {
                throw AnswerFormatError(.duplicateKey(String(cursor.text(name).prefix(40))), at: name.start)
            }
            guard pairs.count - start < Self.maximumLabels else {
                throw AnswerFormatError(.tooManyLabels(limit: Self.maximumLabels), at: name.start)
            }
            pairs.append(label)
        }
        return start..<pairs.count
    }

    /// A label as numbers; `nil` for one that nobody wants.
    private mutating func label(
        _ name: JSONCursor.StringToken, _ value: JSONCursor.StringToken
    ) -> LabelTable.Pair? {
        if takesAll { return LabelTable.Pair(name: intern(name), value: intern(value)) }
        let length = name.end - name.start
        for index in 0..<wantedLengths.count
        where name.hasEscapes || (wantedLengths[index] == length) {
            guard cursor.matches(name, wantedNames[index]) else { continue }
            let symbol = wantedSymbols[index]
            if let latest = latestValues[index], !value.hasEscapes,
                interner.isEqual(latest, cursor.bytes, value.start..<value.end)
            {
                return LabelTable.Pair(name: symbol, value: latest)
            }
            let new = intern(value)
            latestValues[index] = new
            return LabelTable.Pair(name: symbol, value: new)
        }
        return nil
    }

    private mutating func intern(_ token: JSONCursor.StringToken) -> UInt32 {
        guard token.hasEscapes else { return interner.symbol(for: cursor.bytes, token.start..<token.end) }
        let bytes = cursor.unescaped(token)
        return interner.symbol(for: bytes, 0..<bytes.count)
    }

    private func once(
        _ seen: inout Bool, _ key: StaticString, _ token: JSONCursor.StringToken
    ) throws(AnswerFormatError) {
        if seen { throw AnswerFormatError(.duplicateKey("\(key)"), at: token.start) }
        seen = true
    }
}
