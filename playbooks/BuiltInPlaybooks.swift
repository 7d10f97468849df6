/// The runbooks and templates of this folder, as they are inside the binary.
package enum BuiltInPlaybooks {
    /// The playbook that `lockstep up` runs.
    package static var up: String { String(decoding: PackageResources.up_ini, as: UTF8.self) }

    /// The playbook that `lockstep verify` runs.
    package static var verify: String { String(decoding: PackageResources.verify_ini, as: UTF8.self) }

    /// The text of a template that the built-in playbooks use, or nil where none has that name.
    package static func template(named name: String) -> String? {
        templates[name].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names of all built-in templates.
    package static var templateNames: Set<String> { Set(templates.keys) }

    /// The layer over lsyncd, one file on a master, in the order in which its parts need each other.
    private static let layer: [UInt8] =
        PackageResources.layer_1_settings_lua + PackageResources.layer_2_changes_lua
        + PackageResources.layer_3_mounts_lua + PackageResources.layer_4_rsync_lua
        + PackageResources.layer_5_watching_lua + PackageResources.layer_6_copy_lua

    /// The templates by the names of their files; embedding turns those into identifiers.
    private static let templates: [String: [UInt8]] = [
        "delete-guard": PackageResources.delete_guard,
        "fleet.lua": PackageResources.fleet_lua,
        "instance.lua": PackageResources.instance_lua,
        "layer.lua": layer,
        "lockstep-lsyncd-all.upstart": PackageResources.lockstep_lsyncd_all_upstart,
        "lockstep-lsyncd.openrc": PackageResources.lockstep_lsyncd_openrc,
        "lockstep-lsyncd.sysvinit": PackageResources.lockstep_lsyncd_sysvinit,
        "lockstep-lsyncd.upstart": PackageResources.lockstep_lsyncd_upstart,
        "lockstep-lsyncd@.service": PackageResources.lockstep_lsyncd__service,
        "lockstep-lsyncd@.service.conf": PackageResources.lockstep_lsyncd__service_conf,
        "logrotate.conf": PackageResources.logrotate_conf,
        "lsyncd.conf.lua": PackageResources.lsyncd_conf_lua,
        "receive": PackageResources.receive,
        "rsync-wrapper": PackageResources.rsync_wrapper,
        "service-settings": PackageResources.service_settings,
        "supervise": PackageResources.supervise,
    ]
}
