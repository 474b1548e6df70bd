package import Autoscaling

/// Reads and writes instants such as `2026-01-02T03:04:05.6Z`, exactly to the nanosecond.
package enum RFC3339 {
    /// Reads an instant, or gives `nil` when the text is not one.
    ///
    /// Digits of a second past the ninth are dropped; a leap second (`:60`) is refused, as Go does.
    package static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = Reader(bytes: bytes)
            return reader.timestamp()
        }
    }

    /// Writes an instant in UTC, cutting what is finer than `fractionDigits` (0 to 9) digits of a second.
    package static func format(_ timestamp: Timestamp, fractionDigits: Int) -> String {
        let (seconds, nanoseconds) = floorDivide(timestamp.nanoseconds, by: 1_000_000_000)
        let (day, second) = floorDivide(seconds, by: 86_400)
        let date = civil(fromDay: day)
        var text = pad(date.year, 4) + "-" + pad(date.month, 2) + "-" + pad(date.day, 2)
        text += "T" + pad(second / 3600, 2) + ":" + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2)
        if fractionDigits > 0 { text += "." + pad(nanoseconds, 9).prefix(fractionDigits) }
        return text + "Z"
    }

    static func decode(from decoder: any Decoder) throws -> Timestamp {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() { return .distantPast }
        let text = try container.decode(String.self)
        guard let timestamp = parse(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a time such as 2026-01-02T03:04:05Z")
        }
        return timestamp
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Days since 1970-01-01 of a date in the Gregorian calendar.
    ///
    /// Years are counted from March, so that the leap day comes last; 400 years have 146,097 days.
    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private struct Civil {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    private static func civil(fromDay day: Int64) -> Civil {
        let (era, dayOfEra) = floorDivide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return Civil(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        mutating func number(_ width: Int, in range: ClosedRange<Int64>) -> Int64? {
            guard position + width <= bytes.count else { return nil }
            var result: Int64 = 0
            for byte in bytes[position..<position + width] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                result = result * 10 + Int64(byte - 0x30)
            }
            position += width
            return range.contains(result) ? result : nil
        }

        mutating func take(_ character: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == character else { return false }
            position += 1
            return true
        }

        mutating func timestamp() -> Timestamp? {
            guard let year = number(4, in: 0...9999), take(0x2D), let month = number(2, in: 1...12), take(0x2D),
                let day = number(2, in: 1...31), day <= daysIn(month, of: year), take(UInt8(ascii: "T")),
                let hour = number(2, in: 0...23), take(0x3A), let minute = number(2, in: 0...59), take(0x3A),
                let second = number(2, in: 0...59), let nanoseconds = fraction(), let offset = offset(),
                position == bytes.count
            else { return nil }
            let seconds =
                RFC3339.day(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
            // The range of 64-bit nanoseconds ends within a year of these.
            guard seconds > -9_223_372_036 else { return .distantPast }
            guard seconds < 9_223_372_036 else { return Timestamp(nanoseconds: .max) }
            return Timestamp(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
        }

        private func daysIn(_ month: Int64, of year: Int64) -> Int64 {
            let next = month == 12 ? (year: year + 1, month: Int64(1)) : (year: year, month: month + 1)
            return RFC3339.day(year: next.year, month: next.month, day: 1)
                - RFC3339.day(year: year, month: month, day: 1)
        }

        /// Nanoseconds; 0 without a fraction, `nil` for a point without digits.
        private mutating func fraction() -> Int64? {
            guard take(0x2E) else { return 0 }
            var result: Int64 = 0
            var digits = 0
            while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
                if digits < 9 { result = result * 10 + Int64(bytes[position] - 0x30) }
                digits += 1
                position += 1
            }
            for _ in min(digits, 9)..<9 { result *= 10 }
            return digits > 0 ? result : nil
        }

        /// Seconds east of UTC.
        private mutating func offset() -> Int64? {
            if take(UInt8(ascii: "Z")) { return 0 }
            let isWest = take(0x2D)
            guard isWest || take(0x2B), let hours = number(2, in: 0...23), take(0x3A),
                let minutes = number(2, in: 0...59)
            else { return nil }
            return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
    }
}
