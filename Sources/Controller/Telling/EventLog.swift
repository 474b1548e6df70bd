package import Autoscaling
internal import FoundationEssentials
internal import KubernetesTypes

/// The lines that a controller writes: one for each event, for people and programs alike.
package struct EventLog: Sendable {
    /// How a line looks.
    package enum Format: String, Sendable, CaseIterable {
        /// `time=… level=info event=scaled from=2 to=3`
        case text
        /// One JSON object a line.
        case json
    }

    /// How much an event matters. A log shows its own level and above.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// One named value of an event.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: Value

        /// Numbers stay numbers in JSON.
        package enum Value: Sendable, Hashable {
            case text(String)
            case number(Int64)
        }

        /// The longest text that is written, in bytes: a name or an error from outside must not fill a disk.
        static let longestText = 4_096

        /// - Parameter text: Cut after ``longestText``, with a word of how long it was.
        package init(_ name: String, _ text: String) {
            self.name = name
            let length = text.utf8.count
            guard length > Self.longestText else {
                value = .text(text)
                return
            }
            var kept = String.UnicodeScalarView()
            var bytes = 0
            for scalar in text.unicodeScalars {
                bytes += UTF8.width(scalar)
                if bytes > Self.longestText { break }
                kept.append(scalar)
            }
            value = .text(String(kept) + "… (\(length) bytes)")
        }

        /// A time, as RFC 3339 writes it.
        package init(_ name: String, time: Timestamp) {
            self.init(name, RFC3339.format(time, fractionDigits: 0))
        }

        package init(_ name: String, _ number: some BinaryInteger) {
            self.name = name
            value = .number(Int64(clamping: number))
        }
    }

    private let format: Format
    private let level: Level
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes one line with its line feed; runs on any task.
    package init(format: Format = .text, level: Level = .info, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.level = level
        self.write = write
    }

    /// Whether events of a level are written.
    package func shows(_ level: Level) -> Bool { level >= self.level }

    /// Writes one event.
    package func event(_ level: Level, _ event: LogEvent, at time: Timestamp, _ fields: [Field] = []) {
        guard shows(level) else { return }
        let all =
            [
                Field("time", RFC3339.format(time, fractionDigits: 3)), Field("level", level.rawValue),
                Field("event", event.rawValue),
            ] + fields
        switch format {
        case .text:
            write(all.map { "\($0.name)=\(Self.word($0.value))" }.joined(separator: " ") + "\n")
        case .json:
            let members = all.map { "\(Self.quoted($0.name)):\(Self.json($0.value))" }
            write("{" + members.joined(separator: ",") + "}\n")
        }
    }

    /// Quoted where it would not be one word.
    private static func word(_ value: Field.Value) -> String {
        switch value {
        case .number(let number): return "\(number)"
        case .text(let text):
            let isPlain = text.utf8.allSatisfy {
                $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
            }
            return isPlain && !text.isEmpty ? text : quoted(text)
        }
    }

    private static func json(_ value: Field.Value) -> String {
        switch value {
        case .number(let number): "\(number)"
        case .text(let text): quoted(text)
        }
    }

    /// A JSON string: no text of an object can begin a line of its own.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
