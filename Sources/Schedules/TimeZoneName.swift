/// Names of time zones, as the tz database has them.
package enum TimeZoneName {
    private static let longest = 64

    /// Whether a text may name a time zone: it then stays below the folder that zones lie in.
    package static func isValid(_ name: String) -> Bool {
        // `Local` is what a machine is set to, and no two need agree.
        guard name.utf8.count <= longest, name != "Local" else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                }
        }
    }
}
