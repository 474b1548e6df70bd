internal import CCurl
internal import Glibc

extension TransportError {
    /// How a transfer stood when libcurl gave it up: what a code alone does not say.
    struct CurlFailure {
        var code: CURLcode
        /// The text of `CURLOPT_ERRORBUFFER`; may be empty.
        var text: String
        var connectLimit: Duration
        /// `errno` of a connection that could not be made, 0 without one.
        var systemError: CInt
        /// The proxy's answer to CONNECT, 0 without one.
        var proxyStatus: Int
    }

    /// Turns libcurl's code and words into ours.
    ///
    /// The list of codes: <https://curl.se/libcurl/c/libcurl-errors.html>.
    init(url: String, failure: CurlFailure) {
        self.init(kind: Self.kind(of: failure), url: url, detail: Self.detail(of: failure))
    }

    private static func detail(of failure: CurlFailure) -> String {
        let text = failure.text.isEmpty ? String(cString: curl_easy_strerror(failure.code)) : failure.text
        let words = RequestURL.redactedUserInfo(in: text)
        switch failure.code {
        case CURLE_OPERATION_TIMEDOUT: return "no connection within \(failure.connectLimit)"
        case CURLE_COULDNT_CONNECT where failure.systemError != 0:
            // libcurl only says "Couldn't connect to server".
            return "\(words) (\(String(cString: strerror(failure.systemError))))"
        case CURLE_UNSUPPORTED_PROTOCOL: return "the answer is not HTTP (\(words))"
        case CURLE_OUT_OF_MEMORY: return "a header line is too long (\(words))"
        default: return words
        }
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
            if failure.text.contains("alert") { return .tls }
            return failure.text.contains("chunked-encoding") ? .malformedResponse : .connectionReset
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
