# Makes the things below /srv/recorded that a host is asked about for recordings, and a file of sysctl.
set -eu
umask 022
rm -rf /srv/recorded
mkdir /srv/recorded
cd /srv/recorded

mkdir directory empty hidden closed
: >directory/name
: >hidden/.name
echo inside >closed/inside
chmod 700 closed

echo 'a line' >file
chmod 640 file
chown root:www-data file
: >none
echo quoted >"two \"words\" and 'quotes'"
echo backslash >'back\slash'
echo unicode >'ünïcode'
echo stranger >strange-owner
chown 54321:54322 strange-owner
printf 'one\r\n\377\000two\n\nlast' >bytes
echo 'as expected' >expected
echo 'not as expected' >other
ln -s file link
ln -s directory link-to-directory
ln -s nowhere dangling
mkfifo pipe

ssh-keygen -q -t ed25519 -N '' -C recorded@host -f key-ed25519
ssh-keygen -q -t rsa -b 2048 -N '' -C recorded@host -f key-rsa
ssh-keygen -q -t ecdsa -N '' -C recorded@host -f key-ecdsa
ssh-keygen -q -t ed25519 -N passphrase -C recorded@host -f key-with-passphrase
chmod 644 key-rsa
{
    echo '# a comment'
    echo "edge1 $(cut -d ' ' -f 1,2 <key-ed25519.pub)"
    echo "edge1 $(cut -d ' ' -f 1,2 <key-ecdsa.pub)"
    echo "[192.0.2.1]:2222,other $(cut -d ' ' -f 1,2 <key-rsa.pub)"
    printf '@revoked\ttabs and a last line without an end'
} >known_hosts

mkdir -p lsyncd-2.3.1/bin lsyncd-2.2.3/bin
printf '#!/bin/sh\n' >lsyncd-2.3.1/bin/lsyncd
chmod 755 lsyncd-2.3.1/bin/lsyncd
ln -s lsyncd-2.3.1/bin/lsyncd lsyncd

mkdir -p /etc/sysctl.d
cat >/etc/sysctl.d/10-recorded.conf <<'END'
# A comment
fs.inotify.max_user_watches = 1000
 -fs/inotify/max_user_instances=2000
fs.inotify.* = 3000
END
