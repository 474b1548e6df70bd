internal import CCurl

// libcurl calls these on the transfer loop's thread, inside curl_multi_perform or curl_easy_pause. They are free
// functions of a library target so that no actor isolation is checked on that thread. The engine holds the transfer for
// as long as its easy handle exists.

extension Transfer {
    /// Points the handle's callbacks at this transfer.
    func installCallbacks(on easy: EasyHandle) throws(TransportError) {
        let reference = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        try easy.set(CURLOPT_HEADERFUNCTION, receiveHeaderLine)
        try easy.set(CURLOPT_HEADERDATA, reference)
        try easy.set(CURLOPT_WRITEFUNCTION, receiveBodyBytes)
        try easy.set(CURLOPT_WRITEDATA, reference)
        try easy.apply { swiftlet_curl_set_prerequest($0, requestStarts) }
        try easy.set(CURLOPT_PREREQDATA, reference)
    }
}

private func transfer(at reference: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(reference).takeUnretainedValue()
}

/// <https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html>: one complete line a call.
private func receiveHeaderLine(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, reference: UnsafeMutableRawPointer?
) -> Int {
    guard let reference else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(at: reference).receive(headerLine: line) ? line.count : -1
}

/// <https://curl.se/libcurl/c/CURLOPT_WRITEFUNCTION.html>: decompressed bytes. A paused chunk is offered again.
private func receiveBodyBytes(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, reference: UnsafeMutableRawPointer?
) -> Int {
    guard let reference else { return 0 }
    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch transfer(at: reference).receive(bodyBytes: chunk) {
    case .goOn: return chunk.count
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    // Any number but the chunk's own length ends the transfer.
    case .abort: return chunk.count + 1
    }
}

/// <https://curl.se/libcurl/c/CURLOPT_PREREQFUNCTION.html>: connected, the request is about to be sent.
private func requestStarts(
    reference: UnsafeMutableRawPointer?, remoteAddress: UnsafeMutablePointer<CChar>?,
    localAddress: UnsafeMutablePointer<CChar>?, remotePort: CInt, localPort: CInt
) -> CInt {
    if let reference { transfer(at: reference).restartIdleClock() }
    return CURL_PREREQFUNC_OK
}
