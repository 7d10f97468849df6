import ArgumentParser

/// The code with which a verb that ran to its end ends the program.
struct FinalExitCode: Error, Sendable, Hashable {
    var code: Int32

    init(_ code: Int32) { self.code = code }
}
