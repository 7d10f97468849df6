import FleetRunner
import Provisioning
import SystemPackage

/// What `lockstep render --json` prints, one object a line.
struct RenderEvent: Sendable, Encodable {
    /// The file.
    var file: HostFile
    /// What became of it below the folder of `--out`; none without that option, and for a file that is made on the host.
    var entry: RenderedTree.Entry?

    private enum Key: String, CodingKey {
        case event, host, path, owner, group, mode, complete, content, condition, written, action
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode("file", forKey: .event)
        try object.encode(file.host, forKey: .host)
        try object.encode(file.file.path, forKey: .path)
        try object.encodeIfPresent(file.file.owner, forKey: .owner)
        try object.encodeIfPresent(file.file.group, forKey: .group)
        try object.encode(file.file.octalMode, forKey: .mode)
        try object.encode(file.file.whole != nil, forKey: .complete)
        try object.encode(file.file.whole ?? file.file.shownContent, forKey: .content)
        try object.encodeIfPresent(file.file.condition, forKey: .condition)
        try object.encodeIfPresent(entry?.path.string, forKey: .written)
        try object.encodeIfPresent(entry?.action.rawValue, forKey: .action)
    }
}
