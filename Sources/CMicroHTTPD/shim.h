#pragma once
#include <microhttpd.h>
#include <errno.h>
#include <sys/socket.h>

// Swift imports no variadic function: these give each one that is used a fixed list of arguments.

typedef void *(*SwiftletURICallback)(void *cls, const char *uri, struct MHD_Connection *connection);

/// A daemon on a socket that is already bound and listening, with one epoll thread; NULL when it cannot be started.
/// MHD_USE_ERROR_LOG is left out on purpose: it writes a line to stderr whenever a client hangs up.
static inline struct MHD_Daemon *swiftlet_mhd_start(
    int listening_socket, unsigned int connection_limit, unsigned int connection_timeout_seconds,
    unsigned int address_connection_limit, size_t connection_memory_bytes, void *cls, SwiftletURICallback uri,
    MHD_AccessHandlerCallback access, MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connected)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, access, cls,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listening_socket,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, address_connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, connection_timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory_bytes,
        MHD_OPTION_URI_LOG_CALLBACK, uri, cls,
        MHD_OPTION_NOTIFY_COMPLETED, completed, cls,
        MHD_OPTION_NOTIFY_CONNECTION, connected, cls,
        MHD_OPTION_END);
}

/// Whether the client has closed its side: its stream is at the end, or broken. Never blocks, takes no byte.
/// A suspended connection is not polled by MHD, so this is the only way to notice.
static inline int swiftlet_mhd_client_left(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    char byte;
    if (!info) return 1;
    ssize_t n = recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return 0;
    if (n == 0) return 1;
    return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

/// Whether a connection has been made, and is not about to be closed.
static inline int swiftlet_mhd_is_started(enum MHD_ConnectionNotificationCode code)
{
    return code == MHD_CONNECTION_NOTIFY_STARTED;
}

/// The descriptor of a connection; -1 when it has none.
static inline int swiftlet_mhd_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

// Macros with a cast are not imported.
static inline ssize_t swiftlet_mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t swiftlet_mhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t swiftlet_mhd_size_unknown(void) { return MHD_SIZE_UNKNOWN; }
