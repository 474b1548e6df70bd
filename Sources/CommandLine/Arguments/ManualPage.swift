/// Manual pages in the macros of man(7), made from the same tables as the help.
struct ManualPage {
    /// The page of the program, which lists its commands.
    static func overview(_ commands: [CommandSpec]) -> String {
        var page = ManualPage(
            title: "swiftlet", summary: "horizontal autoscaler for Kubernetes that reads metrics from Prometheus")
        page.section("SYNOPSIS")
        page.line(#"\fBswiftlet\fR \fICOMMAND\fR [\fIOPTIONS\fR]"#)
        page.section("DESCRIPTION")
        page.text(
            "swiftlet decides how many replicas a workload should have, as the HPA of Kubernetes does, from metrics in "
                + "Prometheus, and explains every decision.")
        page.text(
            "Linked as kubectl-swiftlet it is a plugin of kubectl: kubectl swiftlet COMMAND. Linked as "
                + "kubectl_complete-swiftlet it gives kubectl the completions.")
        page.section("COMMANDS")
        for command in commands {
            page.item(#"\fB\#(escaped("swiftlet-\(command.name)"))\fR(1)"#, command.summary + ".")
        }
        page.section("EXIT STATUS")
        for (code, meaning) in [
            ("0", "Done."), ("1", "The answer is no: invalid, or an expectation failed."), ("2", "Wrong usage."),
            ("3", "A server could not be reached or refused."),
        ] {
            page.item(#"\fB\#(code)\fR"#, meaning)
        }
        page.section("ENVIRONMENT")
        for (name, meaning) in [
            ("KUBECONFIG", "The kubeconfig files, with colons between them, where --kubeconfig is not written."),
            ("PROMETHEUS_URL", "Where Prometheus answers, where --prometheus-url is not written."),
            ("NO_COLOR", "When it is not empty, nothing is written in colours."),
        ] {
            page.item(#"\fB\#(escaped(name))\fR"#, meaning)
        }
        page.seeAlso(commands.map(\.name))
        return page.roff
    }

    /// The page of a command.
    static func page(of command: CommandSpec) -> String {
        var page = ManualPage(title: "swiftlet-\(command.name)", summary: command.summary.lowercasedFirst)
        page.section("SYNOPSIS")
        var usage = #"\fBswiftlet \#(escaped(command.name))\fR [\fIOPTIONS\fR]"#
        if command.positionals.most != 0 {
            let name = #"\fI\#(escaped(command.positionals.placeholder))\fR"#
            let repeated = command.positionals.most == nil ? name + " ..." : name
            usage += command.positionals.fewest == 0 ? " [\(repeated)]" : " \(repeated)"
        }
        page.line(usage)
        page.section("DESCRIPTION")
        for paragraph in command.discussion.isEmpty ? [command.summary + "."] : command.discussion {
            page.text(paragraph)
        }
        page.section("OPTIONS")
        for option in command.options { page.option(option) }
        if !command.examples.isEmpty {
            page.section("EXAMPLES")
            for example in command.examples {
                page.text(example.meaning + ":")
                page.lines += [".PP", ".nf", ".RS 4", protected(escaped(example.call)), ".RE", ".fi"]
            }
        }
        page.seeAlso([])
        return page.roff
    }

    // MARK: - Parts

    private var lines: [String]
    private let title: String
    private var isFirstOfSection = true

    private init(title: String, summary: String) {
        self.title = title
        lines = [
            #".\" Made by 'swiftlet man': change the command's table, not this."#,
            ".TH \(Self.escaped(title.uppercased())) 1 \"\(Version.date)\" \"swiftlet \(Version.current)\" \"Swiftlet\"",
            ".nh", ".ad l", ".SH NAME", Self.escaped(title) + #" \- "# + Self.escaped(summary),
        ]
    }

    private var roff: String { lines.joined(separator: "\n") + "\n" }

    private mutating func section(_ name: String) {
        lines.append(".SH " + (name.contains(" ") ? "\"\(name)\"" : name))
        isFirstOfSection = true
    }

    private mutating func line(_ roff: String) {
        lines.append(roff)
        isFirstOfSection = false
    }

    private mutating func text(_ text: String) {
        if !isFirstOfSection { lines.append(".PP") }
        fill(text)
    }

    /// Lines that the formatter fills anew: short ones, as people read and compare them.
    private mutating func fill(_ text: String) {
        lines += Paragraph.lines(Self.escaped(text), width: 78).map(Self.protected)
        isFirstOfSection = false
    }

    private mutating func item(_ head: String, _ text: String) {
        lines += [".TP", head]
        fill(text)
    }

    private mutating func option(_ option: OptionSpec) {
        var head = option.spellings.prefix(option.letter == nil ? 1 : 2).map { #"\fB\#(Self.escaped($0))\fR"# }
            .joined(separator: ", ")
        if let value = option.value { head += #" \fI\#(Self.escaped(value.placeholder))\fR"# }
        var summary = option.summary
        if let text = option.defaultText { summary += " (default \(text))" }
        if option.isRepeatable { summary += "; may be repeated" }
        if let alias = option.aliases.first { summary += "; also --\(alias)" }
        item(head, summary + ".")
    }

    private mutating func seeAlso(_ commands: [String]) {
        section("SEE ALSO")
        let pages = (title == "swiftlet" ? [] : ["swiftlet(1)"]) + commands.map { "swiftlet-\($0)(1)" } + ["kubectl(1)"]
        lines.append(
            pages.map { page in #"\fB\#(Self.escaped(String(page.dropLast(3))))\fR(1)"# }.joined(separator: ",\n"))
    }

    /// A line of text: a full stop at its beginning would be a request. Apostrophes are escaped already.
    private static func protected(_ line: String) -> String { line.hasPrefix(".") ? #"\&"# + line : line }

    /// Every character as itself. What is not ASCII is written by its number, which every formatter reads.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += #"\e"#
            case "-": result += #"\-"#
            case "'": result += #"\(aq"#
            case "`": result += #"\(ga"#
            case "^": result += #"\(ha"#
            case "~": result += #"\(ti"#
            case "\"": result += #"\(dq"#
            case _ where !scalar.isASCII:
                let number = String(scalar.value, radix: 16, uppercase: true)
                result += #"\[u"# + String(repeating: "0", count: max(0, 4 - number.count)) + number + "]"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    /// As a phrase within a line: `Decide now` becomes `decide now`, and `HPA …` stays.
    fileprivate var lowercasedFirst: String {
        guard let first, dropFirst().first?.isLowercase ?? false else { return self }
        return first.lowercased() + dropFirst()
    }
}
