"""What `lockstep up` puts on the hosts, as a pyinfra deploy. bench-fleet collects the files in the folder `job`, and lists
them with the other variables in job.json."""

import json
import pathlib

from pyinfra import host
from pyinfra.operations import apt, files, server, systemd
from pyinfra.operations.util import any_changed

folder = pathlib.Path(host.data.job)
job = json.loads((folder / "job.json").read_text())
as_root = {"user": "root", "group": "root"}


def deploy_slave():
    apt.packages(packages=["rsync"], no_recommends=True)
    for path in [job["target"], "/usr/local/lib/lockstep"]:
        files.directory(path=path, mode="755", **as_root)
    files.put(src=folder / "receive", dest="/usr/local/lib/lockstep/receive", mode="755", **as_root)
    files.line(path="/root/.ssh/authorized_keys", line="^.* lockstep:.*$", replace=job["key_line"])


def deploy_master():
    files.link(path="/etc/systemd/system/lsyncd.service", target="/dev/null")
    apt.packages(packages=["rsync", "lsyncd"], no_recommends=True)
    server.user(
        user="lockstep", system=True, home="/etc/lockstep", ensure_home=False, create_home=False, shell="/usr/sbin/nologin"
    )
    for path in job["directories"]:
        files.directory(path=path, mode="755", **as_root)
    files.link(path="/usr/local/lib/lockstep/lsyncd", target="/usr/bin/lsyncd")
    written = [
        files.put(
            src=folder / "master" / file["path"], dest="/" + file["path"], user=file["owner"], group="root",
            mode=file["mode"].removeprefix("0"),
        )
        for file in job["files"]
    ]
    systemd.daemon_reload(_if=any_changed(*written))
    for service in job["services"]:
        systemd.service(service=service, running=True, enabled=True)


if "master" in host.groups:
    deploy_master()
else:
    deploy_slave()
