/// Reads what is piped into the process.
package enum StandardInput {
    /// Everything up to the end. Bytes that are no UTF-8 become U+FFFD, which no manifest has a use for.
    package static func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        while let line = readLine(strippingNewline: false) {
            bytes += line.utf8
            // One byte too many is enough for the parser to refuse it.
            if bytes.count > YAMLParser.largestText { break }
        }
        return bytes
    }
}
