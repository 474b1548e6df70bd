/// The version of this program. It stands here and nowhere else.
package enum Version {
    package static let current = "0.1.0"
    /// When this version was begun, as manual pages show it.
    static let date = "2026-11-24"
}
