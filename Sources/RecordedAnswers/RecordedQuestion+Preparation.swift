extension RecordedQuestion {
    /// A sh script, for root, that makes what is asked about below `/srv/recorded`.
    package static let preparation = String(decoding: PackageResources.prepare_sh, as: UTF8.self)
}
