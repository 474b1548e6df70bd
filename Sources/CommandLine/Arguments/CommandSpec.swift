/// What a command takes, in one table: parsing, help, completions and suggestions are all made from it.
package struct CommandSpec: Sendable {
    /// Arguments that are no options.
    package struct Positionals: Sendable {
        /// As it stands in the usage, e.g. `FILE`.
        package var placeholder: String
        package var fewest: Int
        /// `nil` for any number.
        package var most: Int?
        package var completion: OptionSpec.Value.Completion

        package init(
            _ placeholder: String, fewest: Int, most: Int?, _ completion: OptionSpec.Value.Completion = .files
        ) {
            self.placeholder = placeholder
            self.fewest = fewest
            self.most = most
            self.completion = completion
        }

        package static let none = Positionals("", fewest: 0, most: 0, .nothing)
    }

    /// A call that can be copied, and what it does.
    package struct Example: Sendable {
        package var call: String
        package var meaning: String

        package init(_ call: String, _ meaning: String) {
            self.call = call
            self.meaning = meaning
        }
    }

    package var name: String
    /// What it is for, in one line without a full stop.
    package var summary: String
    /// The paragraphs of its help; may be empty.
    package var discussion: [String]
    package var positionals: Positionals
    package var options: [OptionSpec]
    package var examples: [Example]

    package init(
        _ name: String, _ summary: String, discussion: [String] = [], positionals: Positionals = .none,
        options: [OptionSpec] = [], examples: [Example] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals
        self.options = options + CommonOptions.all
        self.examples = examples
    }
}

/// Options of every command.
package enum CommonOptions {
    package static let help = Option<Bool>.flag("help", letter: "h", "Show this help")
    package static let noColor = Option<Bool>.flag(
        "no-color", "Write without colours, as with NO_COLOR set or no terminal")

    package static let all = [noColor.spec, help.spec]
}
