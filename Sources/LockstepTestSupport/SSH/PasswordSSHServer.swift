import Foundation
import Subprocess
package import SystemPackage

/// An SSH server that lets one user in by password, for the time of a test: what sshd would need an account of the
/// system for. It runs no commands: each ends well at once.
package struct PasswordSSHServer: Sendable {
    /// The port it listens on, at 127.0.0.1.
    package let port: Int
    /// Its known_hosts line in a file.
    package let knownHosts: FilePath
    private let log: FilePath

    /// How it asks for the password.
    package enum Manner: String, Sendable {
        /// By the method "password".
        case password
        /// By "password", and it says that another must be chosen.
        case expired
        /// By "keyboard-interactive", with one hidden question.
        case interactive
        /// By "keyboard-interactive", with a second question after the right answer.
        case code
        /// By "keyboard-interactive", with a question whose answer may be seen.
        case visible
        /// By a key and then by "password".
        case keyAndPassword
    }

    /// The one user.
    package static let user = "operator"
    /// The user's password; not all of it is ASCII.
    package static let password = "correct hörse"

    /// What it was told in logins so far, one line each: method and answer.
    package var tries: [String] {
        let text = FileManager.default.contents(atPath: log.string) ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Lends a server, and stops it afterwards.
    package static func with<Value: Sendable>(
        _ manner: Manner,
        in directory: TemporaryDirectory,
        _ body: (PasswordSSHServer) async throws -> Value
    ) async throws -> Value {
        let hostKey = try await SSHKeyFile.generate(.ecdsa, at: directory.path.appending("host_key"), form: .pem)
        let script = try directory.write(Self.script, to: "server.py")
        let log = try directory.write("", to: "tries")
        let ready = directory.path.appending("port")
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let outcome = try await Subprocess.run(
            // Debian's own: its packages are not seen by others.
            .path("/usr/bin/python3"),
            arguments: Arguments(
                [script, hostKey.path, ready, log].map(\.string) + [manner.rawValue, Self.user, Self.password]
            ),
            platformOptions: platform,
            input: .none,
            output: .discarded,
            error: .string(limit: 1 << 16)
        ) { execution in
            let result: Result<Value, any Error>
            do {
                let port = try await Self.port(in: ready)
                let knownHosts = try directory.write("[127.0.0.1]:\(port) \(hostKey.publicKey)\n", to: "known_hosts")
                result = .success(try await body(Self(port: port, knownHosts: knownHosts, log: log)))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))])
            return result
        }
        do {
            return try outcome.closureResult.get()
        } catch is NotReady {
            throw NotReady(description: "the server did not start: \(outcome.standardError)")
        }
    }

    private struct NotReady: Error, CustomStringConvertible {
        var description = ""
    }

    private static func port(in file: FilePath) async throws -> Int {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let text = FileManager.default.contents(atPath: file.string).map { String(decoding: $0, as: UTF8.self) }
            if let text, text.hasSuffix("\n"), let port = Int(text.dropLast()) { return port }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NotReady()
    }

    private static let script = """
        import socket, sys, threading
        import paramiko
        from paramiko.message import Message

        key_file, ready, log, manner, user, password = sys.argv[1:]
        host_key = paramiko.ECDSAKey.from_private_key_file(key_file)

        def note(*words):
            with open(log, "a") as file:
                file.write(" ".join(words) + "\\n")

        class Server(paramiko.ServerInterface):
            def __init__(self, transport):
                self.transport = transport
                self.has_key = False

            def get_allowed_auths(self, name):
                if manner == "keyAndPassword":
                    return "password" if self.has_key else "publickey"
                return "publickey,password" if manner in ("password", "expired") else "keyboard-interactive"

            def check_auth_publickey(self, name, key):
                note("publickey", key.get_name())
                if manner == "keyAndPassword":
                    self.has_key = True
                    return paramiko.AUTH_PARTIALLY_SUCCESSFUL
                return paramiko.AUTH_FAILED

            def check_auth_password(self, name, given):
                note("password", given)
                if manner == "expired":
                    # RFC 4252 section 8: SSH_MSG_USERAUTH_PASSWD_CHANGEREQ
                    request = Message()
                    request.add_byte(bytes([60]))
                    request.add_string("Choose another")
                    request.add_string("")
                    self.transport._send_message(request)
                    return paramiko.AUTH_FAILED
                right = name == user and given == password
                return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

            def check_auth_interactive(self, name, submethods):
                query = paramiko.InteractiveQuery("", "")
                if manner == "visible":
                    query.add_prompt("Your name: ", True)
                else:
                    query.add_prompt("Password: ", False)
                return query

            def check_auth_interactive_response(self, responses):
                note("keyboard-interactive", *responses)
                if responses != [password]:
                    return paramiko.AUTH_FAILED
                if manner == "code":
                    query = paramiko.InteractiveQuery("", "")
                    query.add_prompt("Code\\x1b: ", False)
                    return query
                return paramiko.AUTH_SUCCESSFUL

            def check_channel_request(self, kind, number):
                return paramiko.OPEN_SUCCEEDED

            def check_channel_exec_request(self, channel, command):
                def finish():
                    channel.send_exit_status(0)
                    channel.close()
                threading.Timer(0, finish).start()
                return True

        def serve(connection):
            transport = paramiko.Transport(connection)
            transport.add_server_key(host_key)
            try:
                transport.start_server(server=Server(transport))
                transport.join()
            except (paramiko.SSHException, EOFError):
                pass

        listener = socket.create_server(("127.0.0.1", 0))
        with open(ready, "w") as file:
            file.write(f"{listener.getsockname()[1]}\\n")
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()
        """
}
