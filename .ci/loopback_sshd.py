"""An sshd of its own for a benchmark, on the loopback, which needs no rights."""

import os
import pathlib
import shutil
import socket
import subprocess
import time


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)


def start(folder, address, port):
    """Starts it with the keys `host` and `authorized_keys` of the folder, and returns its process when it listens."""
    (folder / "home").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text(
        f"ListenAddress {address}:{port}\nHostKey {folder}/host\nPidFile {folder}/sshd.pid\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nUseDNS no\nPermitRootLogin yes\n"
        f"MaxStartups 5000\nMaxSessions 1000\nSetEnv HOME={folder}/home SHLVL=1\nLogLevel ERROR\n"
    )
    if os.geteuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    program = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    sshd = subprocess.Popen(
        [program, "-D", "-f", folder / "sshd_config", "-E", folder / "sshd.log"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
    )
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return sshd
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"sshd did not start: {(folder / 'sshd.log').read_text()}")
