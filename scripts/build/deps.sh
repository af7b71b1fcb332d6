#!/bin/sh
# Installs what suntap is built, run and tested with on Debian: deps.sh GROUP...
# Groups: build (the capture addon), run (namespaces, mirror, tap), test, vm (power cuts). Does
# nothing when all is there; says what to type when it may not install.
set -eu

missing=''

need() { # package
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $1"
}

for group in "$@"; do
  case $group in
    build) for package in g++ make python3 libpcap-dev; do need "$package"; done ;;
    run) for package in iproute2 nftables tcpdump ethtool procps; do need "$package"; done ;;
    test)
      for package in mosquitto shellcheck busybox tcpreplay strace libfaketime e2fsprogs tzdata; do
        need "$package"
      done ;;
    vm)
      for package in qemu-system-x86 busybox mtd-utils cpio binutils gcc-12 make xz-utils \
        dash iproute2 tcpdump; do need "$package"; done ;;
    *) echo "deps.sh: there is no group '$group'" >&2; exit 2 ;;
  esac
done

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
  echo "suntap needs:$missing. Install them with your system's package manager." >&2
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "Some Debian packages are missing. Install them: sudo apt-get install$missing" >&2
  exit 0
fi
echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
  { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
