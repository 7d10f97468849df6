import Lsyncd
import Provisioning

extension ProofStage {
    /// Tells of the paths that copies leave out. A run goes on with such a copy: all else of it arrives.
    ///
    /// A master that has not answered is told of by the canaries.
    func tellLeftOut(of mirrors: [RunSync.Mirror], in facts: Facts) {
        for note in LeftOut.notes(of: mirrors.map(\.name), in: facts) {
            publish(.warning(host: mirrors.first { $0.name == note.copy }?.slave, message: note.text))
        }
    }
}
