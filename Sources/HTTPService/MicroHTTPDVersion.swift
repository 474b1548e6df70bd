internal import CMicroHTTPD

/// The libmicrohttpd that this program runs with, e.g. "0.9.75".
package func microHTTPDVersion() -> String {
    String(cString: MHD_get_version())
}
