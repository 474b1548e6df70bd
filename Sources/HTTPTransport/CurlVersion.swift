internal import CCurl

/// The libcurl that this program runs with, e.g. "libcurl/7.88.1 OpenSSL/3.0.19".
public func curlVersion() -> String {
    String(cString: curl_version())
}
