import SystemPackage

/// Makes the base image, or finds the one that an earlier run made of the same recipe.
struct ImageBuilder: Sendable {
    /// The engine that keeps the image.
    var engine: ContainerEngine
    /// A folder of this run's own for what is needed on the way; the caller removes it.
    var workspace: FilePath
    /// Tells how far it is.
    var report: @Sendable (LabEvent) -> Void

    /// The release that a lab's hosts run unless an image is named.
    static let codename = "bookworm"
    /// Held while an image is made: labs share the images of their engine.
    static let lock: FilePath = "/run/lockstep-lab-image.lock"
    /// The image that is the same as debootstrap's in a registry.
    static let registryImage = "docker.io/library/debian:12"

    /// The name of an image made to this request's wish, in the engine's store.
    func image(_ requested: String?) async throws(LabError) -> String {
        let settings = try await AptSettings.ofThisMachine(codename: Self.codename)
        if let requested {
            let id = try await fetched(requested)
            let recipe = ImageRecipe(base: .image(name: requested, id: id))
            return try await image(recipe, settings: settings) { () throws(LabError) in id }
        }
        let base = ImageRecipe.Base.debian(
            codename: Self.codename,
            sources: settings.sources,
            settings: settings.lasting
        )
        return try await image(ImageRecipe(base: base), settings: settings) { () async throws(LabError) in
            try await bareDebian(settings)
        }
    }

    private func image(
        _ recipe: ImageRecipe,
        settings: AptSettings,
        base: () async throws(LabError) -> String
    ) async throws(LabError) -> String {
        if try await isThere(recipe) { return recipe.tag }
        return try await LabLock.waitingFor(Self.lock) {
            report(.imageStep("waiting for another lab that is making an image"))
        } _: { () async throws(LabError) in
            if try await isThere(recipe) { return recipe.tag }
            return try await made(recipe, settings: settings, base: base)
        }
    }

    private func isThere(_ recipe: ImageRecipe) async throws(LabError) -> Bool {
        guard try await engine.imageID(recipe.tag).run().succeeded else { return false }
        report(.imageCached(tag: recipe.tag))
        return true
    }

    private func made(
        _ recipe: ImageRecipe,
        settings: AptSettings,
        base: () async throws(LabError) -> String
    ) async throws(LabError) -> String {
        let begin = ContinuousClock.now
        let bare = try await base()
        report(.imageStep("installing systemd and sshd, downloading \(ImageRecipe.downloaded.joined(separator: ", "))"))
        let folder = workspace.appending("build")
        // Inside, apt gives up root's rights before it reads its certificates; outside, the workspace keeps others out.
        try LocalFile.makeFolder(folder)
        try LocalFile.write(recipe.script, to: folder.appending("make-host"))
        try HostAptFiles(settings).write(into: folder)
        let name = "lockstep-image-\(recipe.hash)"
        // One that was killed may have left its container.
        _ = try await engine.remove([name]).run()
        let outcome: Result<String, LabError>
        do {
            try await checked(
                engine.build("make-host", folder: folder.string, in: bare, name: name, lab: "image"),
                "installing packages in the base image"
            )
            _ = try await engine.commit(name, as: recipe.tag).check("keeping the base image", code: .image)
            outcome = .success(recipe.tag)
        } catch {
            outcome = .failure(error)
        }
        await Lab.uninterrupted {
            _ = try? await engine.remove([name]).run()
        }
        let tag = try outcome.get()
        report(.imageMade(tag: tag, took: ContinuousClock.now - begin))
        return tag
    }

    /// The id of an image that the user named: the one that is here, or else fetched.
    private func fetched(_ name: String) async throws(LabError) -> String {
        let here = try await engine.imageID(name).run()
        if here.succeeded { return here.word }
        let full = Self.fullName(name)
        report(.imageStep("fetching \(full)"))
        _ = try await engine.pull(full).check(
            "fetching the image \(name)",
            code: .image,
            hint: "name an image that is on this machine, or leave --image out: the base is then made with debootstrap"
        )
        return try await engine.imageID(full).check("looking for the image \(full)", code: .image).word
    }

    /// A bare Debian's image: from a registry that answers at once, or else made with debootstrap.
    private func bareDebian(_ settings: AptSettings) async throws(LabError) -> String {
        report(.imageStep("asking the registry for \(Self.registryImage)"))
        do {
            _ = try await engine.askRegistry(for: Self.registryImage).check("asking the registry", code: .image)
            report(.imageStep("fetching \(Self.registryImage)"))
            return try await fetched(Self.registryImage)
        } catch {
            if error.code == .cancelled { throw error }
            report(.imageOutput("no registry: \(error.message)"))
        }
        guard let mirror = settings.sources.first(where: { $0.suite == Self.codename }) else {
            throw LabError(.image, "apt's settings name no mirror of Debian \(Self.codename)")
        }
        // An older one serves as well: it is brought up to date before anything is installed in it.
        let tag = "\(ContainerEngine.bareRepository):\(ImageRecipe.hash(of: "\(Self.codename) \(mirror.uri)"))"
        let made = try await engine.imageID(tag).run()
        if made.succeeded { return made.word }
        report(.imageStep("making a bare Debian with debootstrap from \(mirror.uri) (once; a few minutes)"))
        let archive = workspace.appending("debian.tar")
        try LocalFile.write(settings.netrc, to: workspace.appending(".netrc"))
        var environment = settings.proxyVariables
        if !settings.netrc.isEmpty { environment["HOME"] = workspace.string }
        let script = ImageScript.debootstrap(isTrusted: mirror.isTrusted)
        let command = LocalCommand(
            program: "unshare",
            arguments: ["--mount", "--propagation", "private", "sh", "-c", script, "sh"]
                + [Self.codename, mirror.uri, workspace.appending("root").string, archive.string],
            environment: environment,
            deadline: .seconds(1800),
            endsChildren: true
        )
        // Looked for by itself: within the script its absence would read like any other failure.
        _ = try await LocalCommand(program: "debootstrap", arguments: ["--version"]).run()
        try await checked(command, "debootstrap from \(mirror.uri)")
        report(.imageStep("importing the bare Debian"))
        _ = try await engine.importImage(archive.string, as: tag).check("importing the bare Debian", code: .image)
        return tag
    }

    private func checked(_ command: LocalCommand, _ purpose: String) async throws(LabError) {
        let report = report
        let result = try await command.run { report(.imageOutput($0)) }
        guard result.succeeded else {
            throw LabError(
                .image,
                "\(purpose) failed: \(result.complaint)",
                hint: "look at what apt on this machine says to 'apt-get update'; the image is built over its mirrors"
            )
        }
    }

    /// An image's name with its registry, as engines without a list of registries want it.
    static func fullName(_ name: String) -> String {
        let parts = name.split(separator: "/")
        guard let first = parts.first else { return name }
        if parts.count == 1 { return "docker.io/library/\(name)" }
        return first.contains(".") || first.contains(":") || first == "localhost" ? name : "docker.io/\(name)"
    }
}
