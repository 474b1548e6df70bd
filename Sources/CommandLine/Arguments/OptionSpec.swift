/// One option or flag of a command, without its type: what parsing, help and completions are made from.
package struct OptionSpec: Sendable {
    /// What follows the option, and how a shell completes it.
    package struct Value: Sendable, Hashable {
        /// What a shell offers.
        package enum Completion: Sendable, Hashable {
            case nothing
            case files
            case words([String])
        }

        /// As it stands in the usage, e.g. `FILE`.
        package var placeholder: String
        package var completion: Completion

        package init(_ placeholder: String, _ completion: Completion = .nothing) {
            self.placeholder = placeholder
            self.completion = completion
        }
    }

    /// Without dashes, e.g. `prometheus-url`.
    package var name: String
    /// The one-letter form.
    package var letter: Character?
    /// Longer names that mean the same: kube-controller-manager's.
    package var aliases: [String]
    /// `nil` for a flag, which is there or not.
    package var value: Value?
    package var isRepeatable: Bool
    /// One line, without a full stop.
    package var summary: String
    /// How the default reads in the help; `nil` when there is none.
    package var defaultText: String?
    /// Refuses values that cannot be read, with a message that begins with the value.
    package var check: @Sendable ([String]) throws(UsageError) -> Void

    /// `--name`.
    package var longForm: String { "--" + name }

    /// Every way to write it.
    package var spellings: [String] { (letter.map { ["-\($0)"] } ?? []) + ([name] + aliases).map { "--" + $0 } }
}

/// An option with the type of its value.
package struct Option<Value: Sendable>: Sendable {
    package var spec: OptionSpec
    let read: @Sendable ([String]) throws(UsageError) -> Value

    /// - Parameter read: Makes the value of all that was given, nothing included: the default is made here.
    init(
        _ name: String, letter: Character? = nil, aliases: [String] = [], value: OptionSpec.Value?,
        isRepeatable: Bool = false, summary: String, defaultText: String? = nil,
        read: @escaping @Sendable ([String]) throws(UsageError) -> Value
    ) {
        self.read = read
        spec = OptionSpec(
            name: name, letter: letter, aliases: aliases, value: value, isRepeatable: isRepeatable, summary: summary,
            defaultText: defaultText,
            check: { (texts) throws(UsageError) in
                _ = try read(texts)
            })
    }
}
