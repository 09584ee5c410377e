#!/bin/sh
# Removes what has to differ between hosts, or belongs to the builder alone, before its disk becomes
# an image. Idempotent. New connections are refused afterwards: sshd has no host key.
set -eu
# sshd's settings name the own host key of a host, which the play makes anew. Its stamp goes too.
rm -rf /etc/ssh/aura_host_ed25519_key* /etc/ssh/.aura-key.* /etc/ssh/ssh_host_*_key* \
  /etc/ssh/aura_user_ca.pub /etc/ssh/auth_principals /etc/ssh/sshd_config.d/*-aura.conf \
  /var/lib/aura/refreshed/ssh.service /etc/aura/configured.json
systemctl stop aura-publish.service tailscaled.service fail2ban.service
rm -rf /var/lib/tailscale /var/cache/tailscale /var/lib/fail2ban/* /etc/openclaw /var/lib/openclaw
rm -rf /root/.ssh /root/.ansible /root/.bash_history /root/.cache /root/.npm
rm -f /var/lib/docker/engine-id /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -rf /var/lib/dhcp/*.leases /var/lib/systemd/network /var/lib/NetworkManager/*.lease
# Made again at the first boot.
swapoff --all
rm -f /swapfile /swapfile.new
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/openclaw-npm /tmp/* /var/tmp/*
# Empty, not missing: a missing one makes systemd set every unit as its vendor had it.
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
ln -s /etc/machine-id /var/lib/dbus/machine-id
cloud-init clean --logs
journalctl --quiet --rotate
rm -rf /var/log/journal/*
find /var/log -type f -exec truncate --size=0 {} +
sync
