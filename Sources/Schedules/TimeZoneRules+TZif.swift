extension TimeZoneRules {
    /// Far more than any zone needs: the largest file has less than 4 KiB.
    package static let largestFile = 1 << 16

    /// Reads a compiled file of the tz database, of version 2 or later.
    ///
    /// Nothing is believed of it: every count is held against the bytes that there are.
    ///
    /// - Throws: ``TimeZoneError`` for anything but a whole file.
    /// - Source: RFC 9636, The Time Zone Information Format (TZif).
    package init(tzif bytes: [UInt8]) throws(TimeZoneError) {
        guard bytes.count <= Self.largestFile else { throw TimeZoneError("is larger than any time zone") }
        let first = try Header(bytes, at: 0)
        guard first.version >= 2 else {
            throw TimeZoneError("is of version 1 of the format, which ends in 2037; install the present tzdata")
        }
        let second = try Header(bytes, at: Header.size + first.blockSize(timeSize: 4))
        guard second.leapCount == 0 else {
            throw TimeZoneError("counts leap seconds, which the clocks of a cluster do not")
        }
        let body = second.start + Header.size
        let footerStart = body + second.blockSize(timeSize: 8)
        guard second.typeCount > 0, footerStart <= bytes.count else { throw TimeZoneError("is cut off") }

        let indices = body + second.timeCount * 8
        let types = indices + second.timeCount
        var typeOffsets: [Int64] = []
        for type in 0..<second.typeCount {
            let offset = Int64(Int32(truncatingIfNeeded: bytes.bigEndian(at: types + type * 6, size: 4)))
            guard abs(offset) <= 26 * 3_600 else { throw TimeZoneError("has an offset of more than a day") }
            typeOffsets.append(offset)
        }
        var (transitions, offsets): ([Int64], [Int64]) = ([], [])
        for index in 0..<second.timeCount {
            let time = bytes.bigEndian(at: body + index * 8, size: 8)
            let type = Int(bytes[indices + index])
            guard type < second.typeCount, transitions.last.map({ $0 < time }) ?? true else {
                throw TimeZoneError("has transitions out of order")
            }
            transitions.append(time)
            offsets.append(typeOffsets[type])
        }
        self.init(
            transitions: transitions, offsets: offsets, firstOffset: typeOffsets[0],
            footer: try Self.footer(bytes[footerStart...]))
    }

    /// The line after the data; an empty one says nothing about the time after it.
    private static func footer(_ bytes: ArraySlice<UInt8>) throws(TimeZoneError) -> POSIXTimeZone? {
        guard bytes.first == 0x0A, let end = bytes.dropFirst().firstIndex(of: 0x0A) else {
            throw TimeZoneError("is cut off")
        }
        let text = bytes[(bytes.startIndex + 1)..<end]
        return text.isEmpty ? nil : try POSIXTimeZone(Array(text))
    }

    private struct Header {
        static let size = 44

        var start: Int
        var version: Int
        var utcCount: Int
        var standardCount: Int
        var leapCount: Int
        var timeCount: Int
        var typeCount: Int
        var charCount: Int

        init(_ bytes: [UInt8], at start: Int) throws(TimeZoneError) {
            guard start + Self.size <= bytes.count else {
                throw TimeZoneError(start == 0 ? "is no time zone" : "is cut off")
            }
            guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else { throw TimeZoneError("is no time zone") }
            self.start = start
            // 0 stands for version 1, and digits for the later ones.
            version = bytes[start + 4] == 0 ? 1 : Int(bytes[start + 4]) - 0x30
            func count(_ index: Int) -> Int { Int(bytes.bigEndian(at: start + 20 + index * 4, size: 4)) }
            (utcCount, standardCount, leapCount) = (count(0), count(1), count(2))
            (timeCount, typeCount, charCount) = (count(3), count(4), count(5))
        }

        /// Bytes of the data after it. Counts have 32 bits, so that no sum of them leaves 64.
        func blockSize(timeSize: Int) -> Int {
            timeCount * timeSize + timeCount + typeCount * 6 + charCount + leapCount * (timeSize + 4) + standardCount
                + utcCount
        }
    }
}

extension [UInt8] {
    /// A number of up to 8 bytes; without a sign below that.
    fileprivate func bigEndian(at start: Int, size: Int) -> Int64 {
        Int64(bitPattern: self[start..<start + size].reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }
}
