internal import CCurl

extension EasyHandle {
    /// Sets what a request and the client's configuration ask for; callbacks are the transfer's.
    ///
    /// - Throws: ``TransportError`` of kind `invalidRequest`.
    func configure(
        _ request: HTTPRequest, url: RequestURL, configuration: HTTPClient.Configuration
    ) throws(TransportError) {
        try setSafetyOptions()
        try set(CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect.clampedMilliseconds)
        // HTTP/2 is offered in the TLS handshake only; a transfer waits for a connection that is being made, to share
        // it. Plain connections must not wait: they cannot share.
        try set(
            CURLOPT_HTTP_VERSION,
            url.isSecure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_PIPEWAIT, url.isSecure ? 1 : 0)
        try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try setMethod(of: request)
        try setTLS(configuration.tls)
        try setProxy(configuration.proxy)
        var extra: [HTTPHeaders.Field] = []
        if url.isSecure, let name = configuration.tls.serverName {
            // libcurl verifies the URL's host: so the URL gets the name, and the connection goes where it should.
            try set(CURLOPT_URL, url.replacingHost(by: name))
            try set(CURLOPT_CONNECT_TO, ["\(name):\(url.port):\(url.host):\(url.port)"])
            extra.append(HTTPHeaders.Field(name: "Host", value: url.authority))
        } else {
            try set(CURLOPT_URL, url.text)
        }
        try setHeaders(of: request, extra: extra, configuration: configuration)
    }

    private func setSafetyOptions() throws(TransportError) {
        try set(CURLOPT_NOSIGNAL, 1)
        try apply(swiftlet_curl_allow_http_only)
        try apply(swiftlet_curl_abandon_resolver)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // A peer that vanishes without a word is noticed after about a minute, also where a silent watch has no limit.
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_TCP_KEEPIDLE, 30)
        try set(CURLOPT_TCP_KEEPINTVL, 10)
    }

    private func setMethod(of request: HTTPRequest) throws(TransportError) {
        // POST, PUT and PATCH without a body say so with Content-Length: 0; GET and DELETE say nothing.
        let carriesBody = request.method == .post || request.method == .put || request.method == .patch
        if let body = request.body ?? (carriesBody ? [] : nil) {
            try set(CURLOPT_POST, 1)
            try setBody(body)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func setTLS(_ tls: TLSConfiguration) throws(TransportError) {
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_SSL_VERIFYPEER, tls.insecureSkipTLSVerify ? 0 : 1)
        try set(CURLOPT_SSL_VERIFYHOST, tls.insecureSkipTLSVerify ? 0 : 2)
        if let authorities = tls.certificateAuthorities {
            // Debian's libcurl has a default CAPATH as well: without this line every public CA stays trusted.
            try set(CURLOPT_CAPATH, nil)
            try set(file: CURLOPT_CAINFO, blob: CURLOPT_CAINFO_BLOB, authorities)
        }
        guard let identity = tls.identity else { return }
        try set(file: CURLOPT_SSLCERT, blob: CURLOPT_SSLCERT_BLOB, identity.certificate)
        try set(file: CURLOPT_SSLKEY, blob: CURLOPT_SSLKEY_BLOB, identity.privateKey)
        // Without a pass phrase OpenSSL would ask for one on the terminal, on the loop's thread.
        try set(CURLOPT_KEYPASSWD, "")
    }

    private func setProxy(_ proxy: HTTPProxy) throws(TransportError) {
        switch proxy {
        case .environment: break
        case .none: try set(CURLOPT_PROXY, "")
        case .url(let url):
            try set(CURLOPT_PROXY, url)
            try set(CURLOPT_NOPROXY, "")
        }
    }

    private func setHeaders(
        of request: HTTPRequest, extra: [HTTPHeaders.Field], configuration: HTTPClient.Configuration
    ) throws(TransportError) {
        var headers = request.headers
        if headers["User-Agent"] == nil { headers["User-Agent"] = configuration.userAgent }
        if headers["Authorization"] == nil { headers["Authorization"] = configuration.credentials.authorization }
        for field in extra where headers[field.name] == nil { headers.append(field.name, field.value) }
        let url = RequestURL.redacted(request.url)
        var lines: [String] = []
        for field in headers.fields { lines.append(try HeaderLine(field, url: url).text) }
        // "Name:" takes back what libcurl would add: a pause of a second before bodies over 1 MiB, and a form's type.
        lines.append("Expect:")
        if headers["Content-Type"] == nil { lines.append("Content-Type:") }
        try set(CURLOPT_HTTPHEADER, lines)
    }
}

extension Duration {
    /// Whole milliseconds from 1 to about 24 days: 0 would be libcurl's own default, more would not fit its timers.
    var clampedMilliseconds: Int {
        let limit = Duration.milliseconds(Int(Int32.max))
        let clamped = min(max(self, .milliseconds(1)), limit)
        let (seconds, attoseconds) = clamped.components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
