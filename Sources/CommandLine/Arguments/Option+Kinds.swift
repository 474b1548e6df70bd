extension Option where Value == Bool {
    /// A flag: there or not.
    package static func flag(_ name: String, letter: Character? = nil, _ summary: String) -> Option {
        Option(name, letter: letter, value: nil, summary: summary) { !$0.isEmpty }
    }
}

extension Option where Value == String? {
    /// A text, absent unless written.
    package static func text(
        _ name: String, letter: Character? = nil, _ placeholder: String,
        completes completion: OptionSpec.Value.Completion = .nothing, _ summary: String, defaultText: String? = nil
    ) -> Option {
        Option(
            name, letter: letter, value: .init(placeholder, completion), summary: summary, defaultText: defaultText
        ) { $0.last }
    }
}

extension Option where Value == [String] {
    /// Texts, one for each time that the option is written.
    package static func list(
        _ name: String, letter: Character? = nil, _ placeholder: String,
        completes completion: OptionSpec.Value.Completion = .nothing, _ summary: String
    ) -> Option {
        Option(
            name, letter: letter, value: .init(placeholder, completion), isRepeatable: true, summary: summary
        ) { $0 }
    }
}

extension Option where Value == Duration {
    /// A span of time such as `15s` or `1h30m`.
    package static func duration(
        _ name: String, aliases: [String] = [], default defaultValue: Duration, _ summary: String
    ) -> Option {
        Option(
            name, aliases: aliases, value: .init("DURATION"), summary: summary,
            defaultText: DurationText.text(defaultValue)
        ) { (texts) throws(UsageError) in
            guard let text = texts.last else { return defaultValue }
            guard let value = DurationText.duration(text) else {
                throw UsageError("'\(text)' is not a duration, write one like 500ms, 15s, 5m or 1h30m")
            }
            return value
        }
    }
}

extension Option where Value == Duration? {
    /// A span of time above 0, absent unless written.
    package static func duration(_ name: String, _ summary: String, defaultText: String) -> Option {
        Option(name, value: .init("DURATION"), summary: summary, defaultText: defaultText) {
            (texts) throws(UsageError) in
            guard let text = texts.last else { return nil }
            guard let value = DurationText.duration(text), value > .zero else {
                throw UsageError("'\(text)' is not a duration above 0, write one like 500ms, 15s, 5m or 1h30m")
            }
            return value
        }
    }
}

extension Option where Value == Double {
    /// A number within bounds.
    package static func number(
        _ name: String, aliases: [String] = [], default defaultValue: Double, in range: ClosedRange<Double>,
        _ summary: String
    ) -> Option {
        Option(
            name, aliases: aliases, value: .init("NUMBER"), summary: summary,
            defaultText: NumberText.shortest(defaultValue)
        ) { (texts) throws(UsageError) in
            guard let text = texts.last else { return defaultValue }
            guard let value = Double(text), range.contains(value) else {
                let lowest = NumberText.shortest(range.lowerBound)
                let highest = NumberText.shortest(range.upperBound)
                throw UsageError("'\(text)' is not a number from \(lowest) to \(highest)")
            }
            return value
        }
    }
}

extension Option where Value == Int {
    /// A whole number within bounds.
    package static func integer(
        _ name: String, default defaultValue: Int, in range: ClosedRange<Int>, _ summary: String
    ) -> Option {
        Option(name, value: .init("NUMBER"), summary: summary, defaultText: "\(defaultValue)") {
            (texts) throws(UsageError) in
            guard let text = texts.last else { return defaultValue }
            guard let value = Int(text), range.contains(value) else {
                throw UsageError(
                    "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }
}

extension Option where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    package static func choice(
        _ name: String, letter: Character? = nil, default defaultValue: Value, _ summary: String
    ) -> Option {
        let words = Value.allCases.map(\.rawValue)
        return Option(
            name, letter: letter, value: .init(words.joined(separator: "|"), .words(words)), summary: summary,
            defaultText: defaultValue.rawValue
        ) { (texts) throws(UsageError) in
            guard let text = texts.last else { return defaultValue }
            guard let value = Value(rawValue: text) else {
                throw UsageError("'\(text)' is none of \(words.joined(separator: ", "))")
            }
            return value
        }
    }
}
