internal import Files

extension CommandFailure {
    /// A file that a command was given cannot be read.
    ///
    /// - Parameter advice: Which file it should be; one that is too large is the right one, but for its size.
    init(_ failure: WholeFile.Failure, of file: String, advice: String) {
        let what = failure.cause == .tooLarge ? failure.description : "cannot be read; \(advice)"
        self.init(.no, "\(file): \(what)")
    }
}
