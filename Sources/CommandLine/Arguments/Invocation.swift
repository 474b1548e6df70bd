/// How the program was called, which is how its help and its errors speak of it.
package enum Invocation: String, Sendable, Hashable {
    /// By its own name.
    case swiftlet
    /// As a plugin of kubectl: linked as `kubectl-swiftlet`.
    case kubectlPlugin = "kubectl swiftlet"
    /// By kubectl, which asks for completions: linked as `kubectl_complete-swiftlet`.
    case kubectlCompletion = "kubectl_complete-swiftlet"

    /// - Parameter program: The name that the process was called by, a path or not.
    package init(program: String) {
        switch program.split(separator: "/").last ?? "" {
        case "kubectl-swiftlet": self = .kubectlPlugin
        case "kubectl_complete-swiftlet": self = .kubectlCompletion
        default: self = .swiftlet
        }
    }

    /// What a person types before a command.
    package var name: String { rawValue }

    /// The words of the call as a command's own name has them.
    func words(_ words: [String]) -> [String] {
        self == .kubectlCompletion ? [Command.complete.spec.name, "--"] + words : words
    }

    /// A text in which calls stand as `swiftlet plan …` and complaints begin with `swiftlet:`, with the name that works
    /// here in their place.
    func spelled(_ text: String) -> String {
        guard self == .kubectlPlugin else { return text }
        var result = ""
        var rest = Substring(text)
        while let found = rest.firstRange(of: "swiftlet") {
            result += rest[..<found.lowerBound]
            let after = rest[found.upperBound...]
            let isCall = Self.mayBegin(after: result) && Self.isCall(after) || result.isEmpty && after.hasPrefix(": ")
            result += isCall ? name : "swiftlet"
            rest = after
        }
        return result + rest
    }

    /// Whether a call may stand behind a text: as a word of its own, and not named in full already.
    private static func mayBegin(after text: String) -> Bool {
        guard let last = text.last else { return true }
        return (last.isWhitespace || "'`(".contains(last)) && !text.hasSuffix("kubectl ")
    }

    /// Whether what follows the program's name makes it a call.
    private static func isCall(_ after: Substring) -> Bool {
        guard after.first == " " else { return false }
        let word = after.dropFirst().prefix { $0.isLetter || $0 == "-" }
        return word == "COMMAND" || Command.all.contains { $0.spec.name == word }
    }
}
