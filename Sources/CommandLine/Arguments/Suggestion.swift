internal import Manifests

/// What a misspelt command or option was meant to be.
enum Suggestion {
    /// The nearest name by its letters, else the only one that begins with what was written.
    static func nearest(to written: String, among names: [String]) -> String? {
        if let nearest = Spelling.nearest(to: written, among: names) { return nearest }
        let longer = names.filter { written.count >= 2 && $0.hasPrefix(written) }
        return longer.count == 1 ? longer.first : nil
    }
}
