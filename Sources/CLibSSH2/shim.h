#ifndef CLIBSSH2_SHIM_H
#define CLIBSSH2_SHIM_H

#include <errno.h>
#include <libssh2.h>

// Swift does not import errno constants with a sign: what a receive callback says for "nothing yet".
static inline ssize_t lockstep_nothing_yet(void) {
    return -EAGAIN;
}

// What both callbacks say when the connection is gone.
static inline ssize_t lockstep_connection_gone(void) {
    return -ECONNRESET;
}

// Function-like macros are not imported; and the setter of callbacks is another one from 1.11.1 on, where the old is deprecated.
static inline void lockstep_set_transport(
    LIBSSH2_SESSION *session,
    LIBSSH2_SEND_FUNC((*send)),
    LIBSSH2_RECV_FUNC((*receive)),
    LIBSSH2_DISCONNECT_FUNC((*disconnected))
) {
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND, (libssh2_cb_generic *)send);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV, (libssh2_cb_generic *)receive);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_DISCONNECT, (libssh2_cb_generic *)disconnected);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnected);
#endif
}

#endif
