/// The script that runs in a bare system and makes a host of it.
enum ImageScript {
    /// Renders the script; without `sources` the base's own are kept.
    ///
    /// The folder with this machine's ways to the archives is seen as /mnt: settings and passwords that must not stay
    /// in the image come from there.
    static func text(sources: [AptSource], settings: [String], installed: [String], downloaded: [String]) -> String {
        let keep = [
            #"Acquire::Languages "none";"#, #"APT::Keep-Downloaded-Packages "true";"#,
            #"Binary::apt::APT::Keep-Downloaded-Packages "true";"#,
        ]
        // Daily chores would disturb a measurement, and these mounts reach beyond the container.
        let masked = [
            "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
            "dev-hugepages.mount", "sys-fs-fuse-connections.mount", "getty.target", "console-getty.service",
        ]
        return """
            set -eu
            export DEBIAN_FRONTEND=noninteractive LC_ALL=C
            if [ -f /mnt/apt.conf ]; then export APT_CONFIG=/mnt/apt.conf; fi

            if command -v apt-get >/dev/null; then
                # A container image's own settings throw the downloaded packages away.
                rm -f /etc/apt/apt.conf.d/docker-clean
            \(replaceSources(sources))
                cat >/etc/apt/apt.conf.d/80lockstep-lab <<'END'
            \((keep + settings).joined(separator: "\n"))
            END
                # Nothing is started while this runs: there is no init to start it.
                printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
                chmod 755 /usr/sbin/policy-rc.d
                install='apt-get -q -y --no-install-recommends'
                apt-get -q update
                $install dist-upgrade
                $install install \(installed.joined(separator: " "))
                apt-get clean
                apt-get -q -y --download-only install \(downloaded.joined(separator: " "))
                # Of apt's two caches one is enough to spare every host two seconds of reading lists.
                rm -f /usr/sbin/policy-rc.d /var/cache/apt/srcpkgcache.bin
            fi

            [ -x /sbin/init ] || { echo 'there is no /sbin/init, and no apt-get to install one' >&2; exit 1; }
            command -v systemctl >/dev/null || { echo 'its init is not systemd' >&2; exit 1; }
            [ -x /usr/sbin/sshd ] || { echo 'there is no sshd, and no apt-get to install it' >&2; exit 1; }

            # Every host has keys and an identity of its own, made at its first boot.
            rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
            : >/etc/machine-id
            cat >/etc/systemd/system/lockstep-lab-host-keys.service <<'END'
            [Unit]
            Description=Keys of this host's own for sshd
            Before=ssh.service sshd.service
            ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

            [Service]
            Type=oneshot
            ExecStart=/usr/bin/ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
            ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

            [Install]
            WantedBy=multi-user.target
            END
            mkdir -p /etc/ssh/sshd_config.d
            cat >/etc/ssh/sshd_config.d/10-lockstep-lab.conf <<'END'
            HostKey /etc/ssh/ssh_host_ed25519_key
            HostKey /etc/ssh/ssh_host_ecdsa_key
            PermitRootLogin prohibit-password
            UseDNS no
            # The journal shows which commands came.
            LogLevel VERBOSE
            # The journal shows which commands came.
            LogLevel VERBOSE
            END
            systemctl enable lockstep-lab-host-keys.service
            systemctl enable ssh.service 2>/dev/null || systemctl enable sshd.service
            systemctl mask \(masked.joined(separator: " "))

            """
    }

    private static func replaceSources(_ sources: [AptSource]) -> String {
        guard !sources.isEmpty else { return "" }
        return """
                rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
                cat >/etc/apt/sources.list.d/debian.sources <<'END'
            \(sources.map(\.stanza).joined(separator: "\n"))END
            """
    }

    /// The script that makes a bare Debian and packs it, run with mounts of its own, so that none can be left behind.
    ///
    /// Its arguments: codename, mirror, folder to work in, archive to write.
    static func debootstrap(isTrusted: Bool) -> String {
        """
        set -eu
        debootstrap --variant=minbase --include=ca-certificates \(isTrusted ? "--no-check-gpg " : "")"$1" "$3" "$2"
        rm -f "$3"/var/cache/apt/archives/*.deb
        tar --create --numeric-owner --one-file-system --directory "$3" --file "$4" .
        """
    }
}
