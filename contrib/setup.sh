# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What quickstart and check share: sourced by them, from the top of the tree.

# shellcheck disable=SC2034 # used by those who source this
SETUP_BUILD_PACKAGES=(gcc make autoconf automake pkg-config libc6-dev libldap-dev libsasl2-dev
  libkrb5-dev libconfig-dev libzstd-dev libsqlite3-dev libsasl2-modules libsasl2-modules-gssapi-mit)
# shellcheck disable=SC2034
SETUP_DC_PACKAGES=(samba samba-ad-dc samba-ad-provision samba-dsdb-modules python3-samba winbind
  ldb-tools ldap-utils krb5-user libnss-wrapper libresolv-wrapper dnsmasq-base
  procps iproute2 util-linux python3)

say() { printf '== %s\n' "$*"; }

setup_root() { # COMMAND...: as root, or through sudo
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    printf '%s: this needs root (to install packages, and for port 389), or sudo\n' "$0" >&2
    exit 1
  fi
}

# Installs those of the packages that are not there.
setup_packages() {
  local missing=() p log
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || {
    printf '%s: no apt-get here; please install: %s\n' "$0" "${missing[*]}" >&2
    exit 1
  }
  say "installing Debian packages: ${missing[*]}"
  log=$(mktemp)
  if ! setup_root apt-get -qq update >"$log" 2>&1 ||
    ! setup_root env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq -y --no-install-recommends install "${missing[@]}" >>"$log" 2>&1; then
    tail -20 "$log" >&2
    rm -f "$log"
    printf '%s: the packages could not be installed\n' "$0" >&2
    exit 1
  fi
  rm -f "$log"
}

# Configures and builds in DIR with the given configure options.
setup_build() { # DIR [OPTION...]
  local dir=$1 top=$PWD
  shift
  mkdir -p "$dir"
  [ -x configure ] && [ configure -nt configure.ac ] && [ Makefile.in -nt Makefile.am ] ||
    autoreconf -fi >"$dir/autoreconf.log" 2>&1 || { cat "$dir/autoreconf.log"; return 1; }
  if ! (cd "$dir" && { [ -f Makefile ] && [ "$(cat .options 2>/dev/null)" = "$*" ] ||
    { "$top/configure" -q "$@" && printf '%s' "$*" >.options; }; } && make -s -j"$(nproc)") \
    >"$dir/build.log" 2>&1; then
    grep -E 'error|warning|\*\*\*' "$dir/build.log" >&2 || tail -20 "$dir/build.log" >&2
    return 1
  fi
}
