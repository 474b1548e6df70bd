import Recordings
import Testing

/// The reader of recorded exchanges, on which other tests rely.
@Suite struct RecordingsTests {
    /// Every file of the format (27 is raw bytes), with its count of lines that begin with `=== `.
    @Test(arguments: [
        "01-version-health.http.txt": 4,
        "02-discovery.http.txt": 8,
        "03-discovery-aggregated.http.txt": 3,
        "04-get-deployment.http.txt": 6,
        "05-scale-deployment-get-put.http.txt": 7,
        "06-scale-deployment-merge-patch.http.txt": 15,
        "07-scale-deployment-other-patches.http.txt": 6,
        "08-scale-deployment-apply.http.txt": 8,
        "09-scale-other-kinds.http.txt": 13,
        "10-pods-list.http.txt": 12,
        "11-pods-list-gzip.http.txt": 3,
        "12-watch-pods.http.txt": 5,
        "13-watch-list.http.txt": 4,
        "14-watch-deployment.http.txt": 1,
        "15-hpa.http.txt": 14,
        "16-crd-validation.http.txt": 14,
        "17-lease.http.txt": 11,
        "18-events.http.txt": 12,
        "19-errors-auth.http.txt": 8,
        "20-errors-client.http.txt": 19,
        "21-access-reviews.http.txt": 5,
        "22-token-request.http.txt": 6,
        "23-too-many-requests.http.txt": 4,
        "24-unavailable.http.txt": 4,
        "25-deployment-rollout.http.txt": 14,
        "26-delete.http.txt": 7,
        "28-expired.http.txt": 7,
        "29-server-restart.http.txt": 4,
        "30-scale-resource-version.http.txt": 12,
        "prometheus/01-instant.http.txt": 17,
        "prometheus/02-special-values.http.txt": 2,
        "prometheus/03-range.http.txt": 5,
        "prometheus/04-post-form.http.txt": 2,
        "prometheus/05-gzip.http.txt": 4,
        "prometheus/06-errors.http.txt": 20,
        "prometheus/07-limits.http.txt": 3,
        "prometheus/08-warnings.http.txt": 4,
        "prometheus/09-native-histogram.http.txt": 7,
        "prometheus/10-status.http.txt": 10,
        "prometheus/11-stale.http.txt": 8,
        "prometheus/12-auth.http.txt": 3,
        "prometheus/13-not-ready.http.txt": 2,
    ])
    func everyExchangeIsRead(_ file: String, _ count: Int) throws {
        let exchanges = try WireExchange.load(file)
        #expect(exchanges.count == count)
        for exchange in exchanges {
            #expect(exchange.request.startLine.hasSuffix(" HTTP/1.1"), "\(exchange.note)")
            #expect((200..<600).contains(exchange.status), "\(exchange.note)")
        }
    }

    @Test func chunksAddUpToTheBody() throws {
        let watch = try WireExchange.load("12-watch-pods.http.txt", note: "watch")
        #expect(watch.response.chunks.reduce(0, +) == watch.response.body.count)
        #expect(watch.response.chunks.count > 1)
    }
}
