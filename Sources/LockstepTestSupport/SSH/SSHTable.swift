import FoundationEssentials
package import RemoteHost
import Synchronization
import SystemPackage
package import Testing

/// The rows of the table in docs/ssh.md: a test that tries a way in, a fault or a peer adds one by one call.
///
/// Where `LOCKSTEP_SSH_TABLE` names a folder, each row becomes a line of a file there, with tabs between section, what
/// was tried, server, version, outcome and milliseconds; `.ci/ssh-table` compares them with the document, or writes it.
package enum SSHTable {
    /// The parts of the table.
    package enum Section: String, Sendable {
        case waysIn = "Ways in"
        case hostKeys = "Host keys"
        case faults = "Faults"
        case peers = "Peers"
    }

    /// Tries something that must go well, and adds a row with the outcome that `body` returns and the time it took.
    package static func row(
        _ section: Section,
        _ tried: String,
        on peer: SSHPeer,
        _ body: () async throws -> String
    ) async rethrows {
        let begin = ContinuousClock.now
        let outcome = try await body()
        record(section, tried, on: peer, outcome: outcome, after: ContinuousClock.now - begin)
    }

    /// Tries a login that may go either way, and adds a row with "let in" or what `failure` adds.
    ///
    /// - Returns: the failure, where there was one.
    package static func login(
        _ section: Section,
        _ tried: String,
        on peer: SSHPeer,
        _ body: () async throws -> Void
    ) async throws -> RemoteHostError? {
        var failure: RemoteHostError?
        try await row(section, tried, on: peer) {
            do {
                try await body()
                return "let in"
            } catch let error as RemoteHostError {
                failure = error
                return outcome(error)
            }
        }
        return failure
    }

    /// Tries something that must fail, and adds a row with the failure's kind and message and the time to it; what
    /// differs from run to run in the message (ports, paths, fingerprints) is replaced.
    ///
    /// - Parameter limit: how long it may take at most until it has failed.
    /// - Returns: the failure, for what the test says of it; `nil`, with an issue recorded, where there was none.
    @discardableResult
    package static func failure(
        _ section: Section,
        _ tried: String,
        on peer: SSHPeer,
        within limit: Duration = .seconds(20),
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async -> RemoteHostError? {
        let begin = ContinuousClock.now
        let error = await #expect(throws: RemoteHostError.self, sourceLocation: sourceLocation) { try await body() }
        let time = ContinuousClock.now - begin
        #expect(time < limit, sourceLocation: sourceLocation)
        if let error {
            record(section, tried, on: peer, outcome: outcome(error), after: time)
        }
        return error
    }

    private static func outcome(_ error: RemoteHostError) -> String {
        "\(error.code): \(SSHTableText.stable(error.message))"
    }

    /// Adds a row.
    package static func record(
        _ section: Section,
        _ tried: String,
        on peer: SSHPeer,
        outcome: String,
        after time: Duration
    ) {
        guard let folder = FolderOfRows.path else { return }
        let fields = [section.rawValue, tried, peer.name, peer.version, outcome].map(SSHTableText.cell)
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        let line = fields.joined(separator: "\t") + "\t\(milliseconds)\n"
        do {
            // One write at the file's end: processes and tests that record at a time do not mix their lines.
            let file = try FileDescriptor.open(
                folder.appending("rows.tsv"),
                .writeOnly,
                options: [.append, .create],
                permissions: [.ownerReadWrite]
            )
            try file.closeAfter { _ = try file.writeAll(line.utf8) }
        } catch {
            Issue.record("the row “\(tried)” cannot be written to \(folder): \(error)")
        }
    }

    private enum FolderOfRows {
        static let path = ProcessInfo.processInfo.environment["LOCKSTEP_SSH_TABLE"].map { FilePath($0) }
    }
}
