import Lsyncd
import RemoteHost

extension ProofStage {
    /// Tells of the paths that copies leave out. A run goes on with such a copy: all else of it arrives.
    func tellLeftOut(of mirrors: [RunSync.Mirror], _ master: RunHost, _ connection: any RemoteHost) async {
        guard !mirrors.isEmpty else { return }
        let names = mirrors.map(\.name)
        // A master that does not answer is told of by the canaries.
        guard let facts = try? await ask(CopyReports.facts(of: names), master, connection),
            let reports = try? CopyReports(of: names, in: facts).reports
        else { return }
        for note in LeftOut.notes(in: names.compactMap { reports[$0] }) {
            publish(.warning(host: mirrors.first { $0.name == note.copy }?.slave, message: note.text))
        }
    }
}
