internal import CCurl

extension TransportError {
    /// How a transfer stood when libcurl gave it up: what a code alone does not say.
    struct CurlFailure {
        var code: CURLcode
        /// The text of `CURLOPT_ERRORBUFFER`; may be empty.
        var text: String
        var connectLimit: Duration
        /// The proxy's answer to CONNECT, 0 without one.
        var proxyStatus: Int
    }

    /// Turns libcurl's code and words into ours.
    ///
    /// The list of codes: <https://curl.se/libcurl/c/libcurl-errors.html>.
    init(url: String, failure: CurlFailure) {
        let kind = Self.kind(of: failure)
        let words = failure.text.isEmpty ? String(cString: curl_easy_strerror(failure.code)) : failure.text
        let detail =
            kind == .timeout(.connect)
            ? "no connection within \(failure.connectLimit)" : RequestURL.redactedUserInfo(in: words)
        self.init(kind: kind, url: url, detail: detail)
    }

    private static func kind(of failure: CurlFailure) -> Kind {
        // A proxy that refuses to tunnel: for the caller the host cannot be reached.
        if failure.proxyStatus >= 300 { return .connectionRefused }
        switch failure.code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameResolution
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: return .connectionRefused
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            return .tls
        // The only time limit that libcurl is given; the others are the loop's.
        case CURLE_OPERATION_TIMEDOUT: return .timeout(.connect)
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            // With TLS 1.3 the server's verdict on the client certificate comes after the handshake, as an alert.
            return failure.text.contains("alert") ? .tls : .connectionReset
        // HTTP/2: a broken connection shows as a framing error or a stream that was not closed.
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            return .connectionReset
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_OUT_OF_MEMORY,
            CURLE_WRITE_ERROR:
            // The URL's scheme is checked before: an unsupported protocol is an answer that is no HTTP/1 or 2. A line
            // too long for libcurl is "out of memory".
            return .malformedResponse
        default: return .invalidRequest
        }
    }
}
