import Lsyncd
import RemoteHost

extension ProofStage {
    /// Tells of the paths that copies leave out. A run goes on with such a copy: all else of it arrives.
    func tellLeftOut(of mirrors: [RunSync.Mirror], _ master: RunHost, _ connection: any RemoteHost) async {
        guard !mirrors.isEmpty else { return }
        let command = Command.script(
            LeftOut.script(copies: mirrors.map(\.name)),
            privilege: master.privilege,
            deadline: deadlines.probe
        )
        // A master that does not answer is told of by the canaries.
        guard let result = try? await connection.run(command) else { return }
        for note in LeftOut.notes(in: result.outputText) {
            publish(.warning(host: mirrors.first { $0.name == note.copy }?.slave, message: note.text))
        }
    }
}
