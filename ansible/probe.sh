# Waits for the end of cloud-init, and prints what the host is and has, a fact a line. The host may
# have no Python yet. The roles compare the lines with what they need: what is there is not touched.
timeout "$limit" sh -c 'until [ -e /run/cloud-init/result.json ]; do sleep 0.2; done' || {
  echo 'boot overdue'
  exit 0
}
echo "cloud-init $(tr -d '\n' < /run/cloud-init/result.json)"
[ -x /usr/bin/python3 ] && echo 'program python3'
. /etc/os-release
echo "system $ID $VERSION_ID ${VERSION_CODENAME:-none} $(uname -m) $(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p;q')"
dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Version}\n' |
  sed -n 's/^installed \([^ ]*\) \(.*\)/package \1\npackage \1=\2/p'
ls /var/lib/apt/lists/*Packages* > /dev/null 2>&1 && echo 'lists of packages'
[ -x /usr/bin/node ] && echo "program node $(/usr/bin/node --version)"
for link in /usr/bin/node /usr/bin/npm /usr/bin/tailscale; do
  [ -L "$link" ] && echo "link $link $(readlink "$link")"
done
for path in /opt/* /opt/openclaw/*/.installed; do
  [ -e "$path" ] && echo "path $path"
done
[ -e /etc/ssh/aura_host_ed25519_key ] && echo 'host key'
[ "$file" = '' ] || [ ! -e "$file" ] || echo "file $file $(sha256sum < "$file" | cut -d ' ' -f 1)"
id openclaw 2> /dev/null | sed 's/^/user /'
passwd --status root | cut -d ' ' -f 1,2
exit 0
