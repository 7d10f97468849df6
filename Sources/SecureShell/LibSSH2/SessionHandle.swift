import CLibSSH2

/// One libssh2 session, fed from a transport buffer.
///
/// A class, so that channels can keep it alive: a channel's memory belongs to its session. It is not `Sendable`: one
/// event loop uses it, one call at a time.
@safe final class SessionHandle {
    /// Where the session's bytes come from and go to.
    let transport: TransportBuffer
    /// What the callbacks find.
    let context: SessionContext
    /// The session; for this type's extensions only.
    let pointer: OpaquePointer

    /// Makes a session that has not said anything yet.
    init(transport: TransportBuffer) throws(LibSSH2Error) {
        self.transport = transport
        context = SessionContext(transport: transport)
        let context = unsafe Unmanaged.passUnretained(context).toOpaque()
        guard LibSSH2Library.startCode == 0,
            let pointer = unsafe libssh2_session_init_ex(nil, nil, nil, context)
        else { throw LibSSH2Error(code: .outOfMemory, message: "libssh2 could not start a session") }
        unsafe self.pointer = unsafe pointer
        unsafe libssh2_session_set_blocking(pointer, 0)
        unsafe lockstep_set_transport(pointer, sendToTransport, receiveFromTransport, noteGoodbye)
        for (method, names) in OfferedAlgorithms.lists {
            try prefer(names.split(separator: ",").map(String.init), of: method)
        }
    }

    deinit {
        transport.close()
        // Freeing passes over a key exchange that is under way, and its secrets; any message makes it fail, and be cleared.
        _ = disconnect()
        // With the transport closed nothing can be waited for, so this ends; the bound is for a library that lies.
        let isFree = (0..<64).contains { _ in unsafe libssh2_session_free(pointer) == 0 }
        assert(isFree, "libssh2 did not free a session")
    }

    /// The last error that a call on this session recorded.
    var lastError: LibSSH2Error {
        var text: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let code = unsafe libssh2_session_last_error(pointer, &text, &length, 0)
        let message = unsafe text.map { unsafe String(cString: $0) } ?? ""
        return LibSSH2Error(code: LibSSH2Error.Code(rawValue: code), message: message)
    }

    /// What the host said it is, once it has: "SSH-2.0-OpenSSH_9.2p1".
    var banner: String? {
        unsafe libssh2_session_banner_get(pointer).map { unsafe String(cString: $0) }
    }

    /// Reads what a call on this session answered.
    func outcome(of answer: Int) -> Attempt<Int> {
        Attempt(answer: answer, lastError: { lastError })
    }
}

// MARK: Handshake

extension SessionHandle {
    /// The host key types that the library can check.
    func supportedHostKeyTypes() -> [String] { supported(LIBSSH2_METHOD_HOSTKEY) }

    private func supported(_ method: Int32) -> [String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = unsafe libssh2_session_supported_algs(pointer, method, &names)
        guard count > 0, let names = unsafe names else { return [] }
        defer { unsafe libssh2_free(pointer, names) }
        return unsafe UnsafeBufferPointer(start: names, count: Int(count)).compactMap { name in
            unsafe name.map { unsafe String(cString: $0) }
        }
    }

    /// Says which host key types are wanted, best first; no others will be taken.
    func preferHostKeyTypes(_ types: [String]) throws(LibSSH2Error) {
        try prefer(types, of: LIBSSH2_METHOD_HOSTKEY)
    }

    private func prefer(_ names: [String], of method: Int32) throws(LibSSH2Error) {
        // libssh2 1.10 takes out a name that it does not know by a memcpy within the list, which may garble the rest.
        let known = names.filter(supported(method).contains).joined(separator: ",")
        guard unsafe libssh2_session_method_pref(pointer, method, known) == 0 else { throw lastError }
    }

    /// Exchanges banners and keys.
    func handshake() -> Attempt<Void> {
        // The number is only looked at with fcntl; one that is never open leaves other people's descriptors alone.
        outcome(of: Int(unsafe libssh2_session_handshake(pointer, .max))).withoutValue
    }

    /// The key that the host proved to own, after the handshake.
    func hostKey() -> [UInt8]? {
        var length = 0
        var type: Int32 = 0
        guard let key = unsafe libssh2_session_hostkey(pointer, &length, &type) else { return nil }
        return unsafe UnsafeRawBufferPointer(start: key, count: length).map { $0 }
    }

    /// Tells the host that the connection ends here.
    func disconnect() -> Attempt<Void> {
        outcome(
            of: Int(unsafe libssh2_session_disconnect_ex(pointer, SSH_DISCONNECT_BY_APPLICATION, "finished", ""))
        ).withoutValue
    }
}

// MARK: Keepalives

extension SessionHandle {
    /// Makes every later question go out; libssh2 lets two seconds pass between two of them at least.
    func allowKeepalives() {
        unsafe libssh2_keepalive_config(pointer, 1, 1)
    }

    /// Asks the host for any answer at all.
    func sendKeepalive() {
        var secondsToNext: Int32 = 0
        // What is wrong with the connection, the next call will say.
        _ = unsafe libssh2_keepalive_send(pointer, &secondsToNext)
    }
}

// MARK: Channels

extension SessionHandle {
    /// Opens a channel for one command.
    func openChannel() -> Attempt<ChannelHandle> {
        let type = "session"
        // The library's own figures: room for 2 MiB on the way, packets of 32 KiB.
        let channel = unsafe libssh2_channel_open_ex(
            pointer,
            type,
            UInt32(type.utf8.count),
            2 << 20,
            32 << 10,
            nil,
            0
        )
        guard let channel = unsafe channel else {
            let error = lastError
            return error.isWouldBlock ? .wouldBlock : .failed(error)
        }
        return .done(unsafe ChannelHandle(pointer: channel, session: self))
    }

    /// Opens a channel to an address that the host can reach; closed addresses are refused, silent ones take long.
    func openTunnel(to address: String, port: Int) -> Attempt<ChannelHandle> {
        // Where the connection comes from is for the host's log only.
        guard let channel = unsafe libssh2_channel_direct_tcpip_ex(pointer, address, Int32(port), "127.0.0.1", 0) else {
            let error = lastError
            return error.isWouldBlock ? .wouldBlock : .failed(error)
        }
        return .done(unsafe ChannelHandle(pointer: channel, session: self))
    }

    /// Returns memory that the library gave for this session.
    func release(_ memory: UnsafeMutableRawPointer?) {
        unsafe libssh2_free(pointer, memory)
    }
}
