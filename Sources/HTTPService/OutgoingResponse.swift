internal import CMicroHTTPD

/// Turns a ``ServiceResponse`` into MHD's response and queues it.
enum OutgoingResponse {
    /// Fields that MHD writes itself; giving them twice would break the framing.
    private static let reserved: Set<String> = ["content-length", "transfer-encoding", "date"]
    /// Largest piece that MHD asks a stream for at once, in bytes.
    private static let blockBytes = 32 << 10

    /// - Returns: `NO` when the connection has to be closed.
    static func queue(
        _ response: ServiceResponse, on connection: OpaquePointer, for exchange: Exchange
    ) -> MHD_Result {
        guard let made = make(response, for: exchange) else { return .NO }
        defer { MHD_destroy_response(made) }
        for field in response.headers.fields where !reserved.contains(field.name.lowercased()) {
            // Refused is a name or value that would break the head, such as one with a line break in it.
            guard MHD_add_response_header(made, field.name, field.value) == .YES else {
                return queue(.text("invalid response header\n", status: 500), on: connection, for: exchange)
            }
        }
        return MHD_queue_response(connection, UInt32(clamping: response.status), made)
    }

    private static func make(_ response: ServiceResponse, for exchange: Exchange) -> OpaquePointer? {
        switch response.body {
        case .bytes(var bytes):
            return bytes.withUnsafeMutableBytes { buffer in
                MHD_create_response_from_buffer(buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
            }
        case .stream:
            return callback(size: swiftlet_mhd_size_unknown(), exchange)
        case .truncated(_, let announced):
            return callback(size: UInt64(clamping: announced), exchange)
        case .none:
            return nil
        }
    }

    /// The exchange outlives the response: MHD reports completion after the last read.
    private static func callback(size: UInt64, _ exchange: Exchange) -> OpaquePointer? {
        MHD_create_response_from_callback(
            size, blockBytes, DaemonCallbacks.read, Unmanaged.passUnretained(exchange).toOpaque(), nil)
    }
}
