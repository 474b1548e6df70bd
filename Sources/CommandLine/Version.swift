/// The version of this program. It stands here and nowhere else.
package enum Version {
    package static let current = "0.1.0"
}
