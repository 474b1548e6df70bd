/// The arguments of one call, read by the table of its command.
package struct Arguments: Sendable {
    /// What is no option, in the order written.
    package private(set) var positionals: [String] = []
    private var values: [String: [String]] = [:]

    /// The value of an option: as written, else its default.
    ///
    /// The option must stand in the command's table, where its value was checked.
    package subscript<Value>(option: Option<Value>) -> Value {
        get throws(UsageError) { try option.read(values[option.spec.name] ?? []) }
    }

    /// Whether an option is written, however it is spelt.
    package func contains<Value>(_ option: Option<Value>) -> Bool { values[option.spec.name] != nil }

    /// The same of an option of any type.
    package func isWritten(_ option: OptionSpec) -> Bool { values[option.name] != nil }

    /// - Throws: ``UsageError`` for an unknown option, a missing or unreadable value, or a wrong number of arguments.
    ///   A call for help throws nothing, whatever else is wrong.
    package init(parsing words: [String], for spec: CommandSpec) throws(UsageError) {
        if words.prefix(while: { $0 != "--" }).contains(where: CommonOptions.help.spec.spellings.contains) {
            values[CommonOptions.help.spec.name] = [""]
            return
        }
        do {
            try read(words, spec)
            try check(spec)
        } catch {
            throw UsageError(error.message, command: spec.name)
        }
    }

    private mutating func read(_ words: [String], _ spec: CommandSpec) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positionals += rest
                return
            } else if word.hasPrefix("--") {
                try readLong(word, &rest, spec)
            } else if word.hasPrefix("-"), word != "-" {
                try readLetters(word, &rest, spec)
            } else {
                positionals.append(word)
            }
        }
    }

    private mutating func readLong(
        _ word: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = spec.options.first(where: { $0.spellings.contains(parts[0]) }) else {
            throw UsageError(Self.unknown(parts[0], spec))
        }
        if option.value == nil {
            guard parts.count == 1 else { throw UsageError("\(parts[0]) takes no value") }
            try add("", to: option)
        } else if parts.count == 2 {
            try add(parts[1], to: option)
        } else {
            try add(next(&rest, for: option, as: parts[0]), to: option)
        }
    }

    /// `-o json`, `-ojson`, `-o=json`, and letters of flags together.
    private mutating func readLetters(
        _ word: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec
    ) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = spec.options.first(where: { $0.letter == letter }) else {
                throw UsageError(Self.unknown("-\(letter)", spec))
            }
            if option.value == nil {
                try add("", to: option)
            } else if letters.isEmpty {
                try add(next(&rest, for: option, as: "-\(letter)"), to: option)
            } else {
                try add(String(letters.first == "=" ? letters.dropFirst() : letters), to: option)
                return
            }
        }
    }

    /// The word after an option. One that is an option itself is not taken for a value: it was forgotten.
    private func next(
        _ rest: inout ArraySlice<String>, for option: OptionSpec, as written: String
    ) throws(UsageError) -> String {
        guard let word = rest.first, word == "-" || !word.hasPrefix("-") || Double(word) != nil else {
            throw UsageError("\(written) needs a value: \(written) \(option.value?.placeholder ?? "")")
        }
        rest.removeFirst()
        return word
    }

    private mutating func add(_ value: String, to option: OptionSpec) throws(UsageError) {
        if values[option.name] != nil, !option.isRepeatable, option.value != nil {
            throw UsageError("\(option.longForm) is written twice, and it takes one value")
        }
        values[option.name, default: []].append(value)
    }

    private func check(_ spec: CommandSpec) throws(UsageError) {
        for option in spec.options {
            guard let texts = values[option.name], option.value != nil else { continue }
            do {
                try option.check(texts)
            } catch {
                throw UsageError("\(option.longForm): \(error.message)")
            }
        }
        let wanted = spec.positionals
        if positionals.count < wanted.fewest {
            throw UsageError("\(wanted.placeholder) is missing: swiftlet \(spec.name) \(wanted.placeholder)")
        }
        if let most = wanted.most, positionals.count > most {
            throw UsageError("'\(positionals[most])' is one argument too many")
        }
    }

    /// The message for an option that the command does not have.
    private static func unknown(_ written: String, _ spec: CommandSpec) -> String {
        let names = spec.options.flatMap { [$0.name] + $0.aliases }
        let bare = String(written.drop { $0 == "-" })
        let nearest = Suggestion.nearest(to: bare, among: names).map { ", did you mean --\($0)?" } ?? ""
        return "'\(written)' is not an option of swiftlet \(spec.name)\(nearest)"
    }
}
