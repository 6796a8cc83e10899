#!/usr/bin/env bash
# Runs a command in a network of its own, a loopback device and nothing else: what is dropped there, nobody else misses.
#
#   private-network.sh CMD...
#
# Wants root, or a kernel that lets everybody make namespaces; and nft. Where these are missing it says so and runs the
# command as it is, without RXVOX_PRIVATE_NETWORK=1 in the environment. With CI=true it fails instead.
set -euo pipefail

(($#)) || {
  sed -n '2,/^set/p' "$0" | grep '^#'
  exit 2
}

isolate=(unshare --net)
((EUID == 0)) || isolate+=(--map-root-user)

missing=''
command -v nft >/dev/null || missing='nft not found; on Debian: apt-get install -y --no-install-recommends nftables'
[[ -n $missing ]] || "${isolate[@]}" ip link set lo up 2>/dev/null || missing='no network namespace can be made here, or ip is not found'
if [[ -n $missing ]]; then
  echo "private-network.sh: $missing" >&2
  [[ ${CI:-} != true ]] || exit 3
  echo 'private-network.sh: tests that drop packets are skipped' >&2
  exec "$@"
fi
# shellcheck disable=SC2016
RXVOX_PRIVATE_NETWORK=1 exec "${isolate[@]}" bash -c 'ip link set lo up && exec "$@"' private-network "$@"
