internal import FoundationEssentials
package import KubernetesTypes

/// Where the history of a HorizontalPodAutoscaler is kept: its status has no field for it, so an annotation holds what the
/// status of a HorizontalAutoscaler would.
///
/// It is written in the same request as the status: the API server takes changes of the metadata of its own kinds through
/// `/status`, and no further permission is needed. Without the annotation a successor begins new windows, which hold a
/// scale-down for one window.
package enum HistoryAnnotation {
    package static let name = "swiftlet.dev/history"
    /// An object's annotations may be 256 KiB in all; a full history is far below a tenth of that.
    private static let longest = 32 << 10

    /// `nil` when there is none, or none that can be read: windows then begin anew.
    package static func read(_ annotations: [String: String]?) -> HorizontalAutoscaler.StoredHistory? {
        guard let text = annotations?[name], text.utf8.count <= longest else { return nil }
        return try? JSONReader.read(HorizontalAutoscaler.StoredHistory.self, from: Array(text.utf8))
    }

    /// The annotation's text.
    static func text(_ history: HorizontalAutoscaler.StoredHistory) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(history), data.count <= longest else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
