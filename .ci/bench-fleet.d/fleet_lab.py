"""A lab of one master and slaves of its own, and what is asked of its hosts."""

import json
import os
import re
import subprocess


class Lab:
    """Made with `lockstep lab up` in a state directory of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.state = folder / "state/lockstep/lab"
        self.inventory, self.known_hosts = folder / "lab.ini", self.state / "known_hosts"
        self.key = self.state / "id_ed25519"
        self.environment = dict(os.environ, XDG_STATE_HOME=str(folder / "state"))

    def up(self, slaves):
        self._lab("up", "--slaves", str(slaves), "--write", self.inventory)
        known = [line.split() for line in self.known_hosts.read_text().splitlines()]
        # NAME,ADDRESS TYPE BASE64
        self.addresses = dict(words[0].split(",") for words in known)
        self.slaves = [name for name in self.addresses if name != "master"]
        self.host_keys = {name: [" ".join(w[1:3]) for w in known if w[0].startswith(name + ",")] for name in self.addresses}

    def down(self):
        if (self.state / "state.json").exists():
            self._lab("down")

    def _lab(self, *words):
        done = subprocess.run(
            [self.program, "lab", *words], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode != 0:
            raise SystemExit(f"lockstep lab {words[0]} ended with {done.returncode}:\n{done.stdout}")

    def lockstep(self, *words, inventory=None, known_hosts=None):
        """The command line of Lockstep on the lab's hosts."""
        files = ["-i", inventory or self.inventory, "-F", "none", "--known-hosts", known_hosts or self.known_hosts]
        return [str(word) for word in [self.program, *files, "--forks", "64", *words]]

    def run(self, host, script):
        """The standard output, in bytes, of a script that a host runs."""
        login = ["ssh", "-F", "none", "-i", self.key, "-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "BatchMode=yes"]
        address = f"root@{self.addresses[host]}"
        return subprocess.run([*login, address, "sh -es"], input=script.encode(), stdout=subprocess.PIPE, check=True).stdout

    def on_all(self, script):
        done = subprocess.run(self.lockstep("exec", "--timeout", "1800", "--", script), capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"lockstep exec ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def last_process(self):
        """The number of the master's newest process, in the numbering of its own container."""
        return int(self.run("master", "cat /proc/loadavg").split()[-1])


class Job:
    """What Lockstep has put on a lab's hosts, collected in a folder, for others to put there."""

    def __init__(self, lab, folder):
        self.folder = folder
        places = "etc/lockstep usr/local/lib/lockstep etc/systemd/system/lockstep-lsyncd@*"
        (folder / "master").mkdir(parents=True)
        archive = lab.run("master", f"cd /; tar -cf - --exclude=*.previous {places}")
        subprocess.run(["tar", "-xf", "-", "--no-same-owner", "-C", folder / "master"], input=archive, check=True)
        (folder / "receive").write_bytes(lab.run(lab.slaves[0], "cat /usr/local/lib/lockstep/receive"))
        line = lab.run(lab.slaves[0], "grep ' lockstep:' /root/.ssh/authorized_keys").decode().strip()
        top = folder / "master"
        paths = sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
        directories = ["/" + str(path.relative_to(top)) for path in sorted(top.rglob("*")) if path.is_dir()]
        self.variables = {
            "job": str(folder), "target": "/srv/data", "key_line": line,
            "directories": [path for path in directories if "lockstep" in path] + ["/srv/data"],
            "files": [self._file(path, str(path.relative_to(top))) for path in paths],
            "services": sorted(
                path.name.removesuffix(".d") for path in top.glob("etc/systemd/system/lockstep-lsyncd@?*.service.d")
            ),
        }
        (folder / "job.json").write_text(json.dumps(self.variables, indent=1))

    def _file(self, path, name):
        owner = "lockstep" if "replication_key" in name else "root"
        return {"path": name, "owner": owner, "mode": f"{path.stat().st_mode & 0o777:04o}"}

    def suit(self, lab):
        """Gives the files the addresses and host keys of another lab."""
        etc = self.folder / "master/etc/lockstep"
        lines = [f"{name} {key}\n" for name in lab.slaves for key in lab.host_keys[name]]
        (etc / "known_hosts").write_text("".join(lines))
        for name in lab.slaves:
            settings = etc / "lsyncd" / f"{name}.lua"
            new = re.sub(r'(address = )"[^"]*"', rf'\1"{lab.addresses[name]}"', settings.read_text())
            settings.write_text(new)
