internal import CMicroHTTPD

/// The functions that MHD calls on its thread. They find their object, pass the bytes on, and return.
enum DaemonCallbacks {
    /// A request line has come: the exchange is made here, because only here the target is still as it was sent.
    /// What is returned becomes the request's state and is released in `completed`, which MHD then always calls.
    static let uri:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?)
            -> UnsafeMutableRawPointer? = { cls, uri, connection in
                guard let cls, let uri, let connection else { return nil }
                let core = Unmanaged<ServerCore>.fromOpaque(cls).takeUnretainedValue()
                let exchange = Exchange(core: core, connection: connection, target: String(cString: uri))
                core.add(exchange)
                return Unmanaged.passRetained(exchange).toOpaque()
            }

    static let access: MHD_AccessHandlerCallback = { _, _, _, method, _, upload, uploadSize, state in
        guard let opaque = state?.pointee, let method, let uploadSize else { return .NO }
        let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
        let result = exchange.access(method: String(cString: method), upload: bytes)
        uploadSize.pointee = 0
        return result
    }

    /// A connection has been made, or is about to be closed.
    static let connected: MHD_NotifyConnectionCallback = { cls, connection, _, event in
        guard let cls, let connection else { return }
        let turns = Unmanaged<ServerCore>.fromOpaque(cls).takeUnretainedValue().turns
        let socket = swiftlet_mhd_socket(connection)
        if swiftlet_mhd_is_started(event) != 0 { turns.begin(socket) } else { turns.end(socket) }
    }

    static let completed: MHD_RequestCompletedCallback = { cls, connection, state, _ in
        if let cls, let connection {
            Unmanaged<ServerCore>.fromOpaque(cls).takeUnretainedValue().turns.begin(swiftlet_mhd_socket(connection))
        }
        guard let opaque = state?.pointee else { return }
        state?.pointee = nil
        Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue().completed()
    }

    static let read: MHD_ContentReaderCallback = { cls, _, buffer, size in
        guard let cls, let buffer else { return swiftlet_mhd_end_with_error() }
        let exchange = Unmanaged<Exchange>.fromOpaque(cls).takeUnretainedValue()
        return exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }
}

/// The head of a request, as MHD keeps it.
enum RequestHead {
    static func fields(of connection: OpaquePointer) -> HeaderFields {
        var fields: HeaderFields = [:]
        withUnsafeMutablePointer(to: &fields) { pointer in
            _ = MHD_get_connection_values_n(connection, .HEADER_KIND, collect, pointer)
        }
        return fields
    }

    private static let collect: MHD_KeyValueIteratorN = { cls, _, name, nameSize, value, valueSize in
        guard let cls, let name else { return .NO }
        cls.assumingMemoryBound(to: HeaderFields.self).pointee.append(
            text(name, nameSize), value.map { text($0, valueSize) } ?? "")
        return .YES
    }

    /// Bytes that are not UTF-8 become the replacement character; a header has no declared encoding.
    private static func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
