internal import CCurl

/// Owns one easy handle, its header list and its error buffer, and frees them.
///
/// Used on the transfer loop's thread alone. See <https://curl.se/libcurl/c/curl_easy_setopt.html>.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let url: String
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    /// - Parameter url: For error texts only, already redacted.
    init(url: String) throws(TransportError) {
        guard let pointer = curl_easy_init() else {
            throw TransportError(kind: .invalidRequest, url: url, detail: "libcurl is out of memory")
        }
        self.pointer = pointer
        self.url = url
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try check(swiftlet_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    }

    deinit {
        curl_easy_cleanup(pointer)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    /// What libcurl says of its last failure; empty without one.
    var lastError: String { String(cString: errorText) }

    func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(swiftlet_curl_set_long(pointer, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) throws(TransportError) {
        try check(swiftlet_curl_set_string(pointer, option, value))
    }

    func set(_ option: CURLoption, _ value: UnsafeRawPointer) throws(TransportError) {
        try check(swiftlet_curl_set_pointer(pointer, option, value))
    }

    func set(_ option: CURLoption, _ receiver: curl_write_callback) throws(TransportError) {
        try check(swiftlet_curl_set_receiver(pointer, option, receiver))
    }

    /// A list that lives as long as the handle.
    func set(_ option: CURLoption, _ lines: [String]) throws(TransportError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        try check(swiftlet_curl_set_list(pointer, option, list))
    }

    /// A PEM document, by file or by bytes; libcurl copies both.
    func set(file: CURLoption, blob: CURLoption, _ source: PEMSource) throws(TransportError) {
        switch source {
        case .file(let path): try set(file, path)
        case .pem(let bytes):
            let code = bytes.withUnsafeBytes {
                swiftlet_curl_set_blob(pointer, blob, $0.baseAddress, $0.count)
            }
            try check(code)
        }
    }

    /// The request body, copied.
    func setBody(_ bytes: [UInt8]) throws(TransportError) {
        try check(swiftlet_curl_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        guard !bytes.isEmpty else { return try set(CURLOPT_COPYPOSTFIELDS, "") }
        let code = bytes.withUnsafeBytes {
            swiftlet_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
        try check(code)
    }

    /// Options of the shim that take no value.
    func apply(_ option: (UnsafeMutableRawPointer) -> CURLcode) throws(TransportError) {
        try check(option(pointer))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code != CURLE_OK else { return }
        throw TransportError(
            kind: .invalidRequest, url: url, detail: "libcurl: \(String(cString: curl_easy_strerror(code)))")
    }
}
