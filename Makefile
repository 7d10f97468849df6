# The commands of the project. They need a Debian machine with Swift and apt, and nothing else.

SWIFT ?= swift
PREFIX ?= /usr/local
SWIFT_FILES = Package.swift Sources Tests playbooks
LOCKSTEP = .build/debug/lockstep
RELEASE = .build/release/lockstep
SHARE = $(PREFIX)/share
LAB_KNOWN_HOSTS = $${XDG_STATE_HOME:-$$HOME/.local/state}/lockstep/lab/known_hosts

# What building needs, what a lab needs, what reads shell files, and what the tests drive beside that.
BUILD_PACKAGES = libssh2-1-dev pkg-config
LAB_PACKAGES = podman runc conmon netavark aardvark-dns iptables iproute2 debootstrap debian-archive-keyring openssh-client
CHECK_PACKAGES = dash bash busybox shellcheck
TEST_PACKAGES = acl attr faketime openssh-server rsync lsyncd lua5.1 lua5.3 lua5.4 busybox python3-paramiko python3-venv zsh fish mandoc groff

# The Ansible that inventories are compared with, in a place of its own; this one runs on Python 3.11.
ANSIBLE = ansible-core==2.19.4

.PHONY: deps build test test-unit test-long test-fleet ssh-table record-facts modules demo bench bench-peers bench-ssh \
    bench-fleet bench-lsyncd bench-inventory sanitize fuzz format check install clean

deps:
	@.ci/install-packages $(BUILD_PACKAGES) $(LAB_PACKAGES) $(TEST_PACKAGES)
	@.ci/install-ansible .build/test-peers $(ANSIBLE)

build: deps
	$(SWIFT) build

# Everything, from pure functions to booted fleets.
test: deps
	@SWIFT="$(SWIFT)" .ci/test all

# What needs no containers: a few minutes after the build.
test-unit: deps
	@SWIFT="$(SWIFT)" .ci/test unit

# The same, with ten times as many inventories made up to be read as Ansible reads them, and the processes of a run on a
# booted fleet with 10 and with 100 copies, where `make test` compares 4 with 40.
test-long: deps
	@LOCKSTEP_LONG_TESTS=1 SWIFT="$(SWIFT)" .ci/test long

test-fleet: deps
	@SWIFT="$(SWIFT)" .ci/test fleet

# The same as `make test`, and writes what the tests saw into the table of docs/ssh.md.
ssh-table: deps
	@SSH_TABLE=write SWIFT="$(SWIFT)" .ci/test all

# Boots hosts of each system, and records what they answer to facts of every kind: about three minutes, as root.
record-facts: deps
	@SWIFT="$(SWIFT)" .ci/record-facts

# Writes docs/modules.md anew, from the modules as they are in the code.
modules:
	$(SWIFT) build --product lockstep
	$(LOCKSTEP) doc --markdown >.build/modules.md
	mv .build/modules.md docs/modules.md

# A throw-away fleet of one master and three slaves, made, set up and proven.
demo: build
	$(LOCKSTEP) lab up --slaves 3
	$(LOCKSTEP) -i inventory/lab.ini --known-hosts $(LAB_KNOWN_HOSTS) up
	@.ci/next-commands $(LOCKSTEP) $(LAB_KNOWN_HOSTS)

# Beside OpenSSH, in the same run, on a lab of its own; prints a table and asserts nothing.
bench: deps
	$(SWIFT) build -c release
	@.ci/bench

# What bench-ssh and bench-fleet measure beside Lockstep, as Python packages.
bench-peers: deps
	@test -x .build/bench-peers/bin/pip || python3 -m venv .build/bench-peers
	@.build/bench-peers/bin/pip -q --disable-pip-version-check install parallel-ssh pyinfra $(ANSIBLE)

# Connections and logins, beside parallel-ssh, OpenSSH and Ansible, which are fetched as Python packages; asserts nothing.
bench-ssh: bench-peers
	$(SWIFT) build -c release --product lockstep
	LOCKSTEP_BENCHMARKS=1 $(SWIFT) build -c release --scratch-path .build-bench --product KnownHostsBenchmark \
		-Xswiftc -enable-testing
	@.ci/bench-ssh .build/release/lockstep .build/bench-peers/bin/python .build-bench/release/KnownHostsBenchmark

# Setting up a fleet, and running again with nothing to do, beside pyinfra and Ansible, on a lab of its own; asserts
# nothing. SLAVES, RUNS, FRESH and SCALE choose what is measured: docs/performance.md.
bench-fleet: bench-peers
	$(SWIFT) build -c release --product lockstep
	@.ci/bench-fleet .build/release/lockstep .build/bench-peers/bin

# Replication beside stock lsyncd and a plain rsync, with lsyncd and rsync themselves; asserts nothing.
bench-lsyncd: deps
	@.ci/bench-lsyncd

# A large inventory, beside ansible-inventory on the same file; asserts nothing.
bench-inventory: deps
	$(SWIFT) build -c release --product lockstep
	@.ci/bench-inventory .build/release/lockstep .build/test-peers/bin/ansible-inventory

# The SSH suites under AddressSanitizer, then under ThreadSanitizer.
sanitize: deps
	@SWIFT="$(SWIFT)" .ci/sanitize

# Odd input for each parser of other people's files, FUZZ_SECONDS (600) each.
fuzz: deps
	@SWIFT="$(SWIFT)" .ci/fuzz

format:
	$(SWIFT) format --in-place --recursive $(SWIFT_FILES)

check:
	$(SWIFT) format lint --strict --recursive $(SWIFT_FILES)
	@.ci/check-imports
	@.ci/check-decisions
	@.ci/install-packages $(CHECK_PACKAGES)
	@.ci/check-shell

# The program, its manual page, and its completion for bash, zsh and fish.
install: deps
	$(SWIFT) build -c release --product lockstep
	install -D -m 0755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/lockstep
	$(RELEASE) man >.build/lockstep.1
	install -D -m 0644 .build/lockstep.1 $(DESTDIR)$(SHARE)/man/man1/lockstep.1
	for shell in bash zsh fish; do $(RELEASE) completion $$shell >.build/completion.$$shell || exit 1; done
	install -D -m 0644 .build/completion.bash $(DESTDIR)$(SHARE)/bash-completion/completions/lockstep
	install -D -m 0644 .build/completion.zsh $(DESTDIR)$(SHARE)/zsh/site-functions/_lockstep
	install -D -m 0644 .build/completion.fish $(DESTDIR)$(SHARE)/fish/vendor_completions.d/lockstep.fish

clean:
	$(SWIFT) package clean
