/// The sh functions that every change's script may call; `Shell/change-functions.sh` says what each does.
package enum ChangeFunctions {
    /// The text of the functions; `$nonce` is set where they are called.
    package static let text = String(decoding: PackageResources.change_functions_sh, as: UTF8.self)
}
