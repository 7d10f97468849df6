import INIFile

/// The known name that one in a playbook or a template was probably meant to be; of a long name, a third may differ.
func knownName(near name: String, among names: some Sequence<String>) -> String? {
    nearestName(to: name, among: names, within: max(min(2, name.count - 1), name.count / 3))
}
