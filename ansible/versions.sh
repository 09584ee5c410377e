#!/bin/sh
# usage: versions.sh ROLE_VERSION OPENCLAW_VERSION
# Writes what a prepared image contains to /etc/aura/image.json.
set -eu
. /etc/os-release
package() {
  dpkg-query --show --showformat='${db:Status-Status} ${Version}\n' "$@" 2> /dev/null |
    sed -n 's/^installed //p' | head -n 1
}
mkdir -p /etc/aura
cat > /etc/aura/image.json << END
{
  "role_version": "$1",
  "versions": {
    "system": "$PRETTY_NAME $(cat /etc/debian_version)",
    "docker": "$(package docker-ce docker.io)",
    "node": "$(/usr/bin/node --version | tr -d v)",
    "tailscale": "$(/usr/sbin/tailscaled --version | head -n 1)",
    "openclaw": "$2"
  }
}
END
