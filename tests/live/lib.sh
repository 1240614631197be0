# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests on a real domain controller share. A test sources it, then
#   live_dc NAME [LDIF...]   a controller of its own, named as the test is, of a new
#                            domain with that in it (stopped when the test ends)
#   live_other NAME [OPTION...] [-- LDIF...]
#                            one more beside it, of another forest or so: options of
#                            `contrib/dc start`; OTHER_URI, OTHER_CA … are set, and
#                            with_dc resolves the names of both
#   ok / not_ok / is / plan  TAP
# and finds DC_URI, DC_CA, DC_ADMIN, DC_ADMIN_PASSWORD, DC_BASE, KRB5_CONFIG set,
# and the name of the controller resolved by libnss_wrapper in every command run
# through `with_dc`.

set -u
live_n=0
live_dir=
live_others=()

ok() {
  live_n=$((live_n + 1))
  echo "ok $live_n - $*"
}

not_ok() { # description; what stdin says goes below it
  live_n=$((live_n + 1))
  echo "not ok $live_n - $*"
  sed 's/^/# /'
}

is() { # description, got, wanted
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" <<<"got: $2
wanted: $3"; fi
}

like() { # description, text, extended regular expression
  if grep -qE -- "$3" <<<"$2"; then ok "$1"; else not_ok "$1" <<<"$2
does not match: $3"; fi
}

plan() { echo "1..$live_n"; }

skip_all() {
  echo "1..0 # SKIP $*"
  exit 77
}

live_cleanup() {
  local status=$? dir
  trap - EXIT INT TERM
  for dir in ${live_dir:+"$live_dir"} "${live_others[@]}"; do
    "$WBA_SRC/contrib/dc" stop "$dir" >/dev/null 2>&1
  done
  [ -z "${live_tmp:-}" ] || rm -rf "$live_tmp"
  exit "$status"
}

live_tmp=$(mktemp -d)
export live_tmp
trap live_cleanup EXIT
trap 'exit 130' INT TERM

live_dc() {
  local name=$1
  shift
  [ "$(id -u)" = 0 ] || skip_all "a domain controller needs root for port 389"
  command -v samba >/dev/null && command -v samba-tool >/dev/null ||
    skip_all "samba is not installed (apt-get install samba samba-ad-dc samba-ad-provision)"
  live_dir=$WBA_BUILD/check-dc/$name
  mkdir -p "$WBA_BUILD/check-dc"
  # Held until this shell ends, for another run of the same test.
  exec 7>"$live_dir.lock"
  flock 7
  live_new "$live_dir" -- "$@"
  live_preload=$("$WBA_SRC/contrib/dc" env "$live_dir" | sed -n 's/^export LD_PRELOAD=//p')
  eval "$("$WBA_SRC/contrib/dc" env "$live_dir" | grep -v LD_PRELOAD)"
  live_company_connector="CN=MSOL_0123456789ab,CN=Users,$DC_BASE"
  lab_password='Winter.Sun-4711'
  export live_company_connector lab_password
}

live_other() {
  local dir=$WBA_BUILD/check-dc/$1
  shift
  live_others+=("$dir")
  live_new "$dir" "$@"
  eval "$("$WBA_SRC/contrib/dc" env "$dir" | sed -n 's/^export DC_/export OTHER_/p')"
  cat "$dir/etc/hosts" "$NSS_WRAPPER_HOSTS" >"$live_tmp/hosts.new"
  mv "$live_tmp/hosts.new" "$live_tmp/hosts"
  export NSS_WRAPPER_HOSTS=$live_tmp/hosts
}

# A controller of a new domain.  The domain is a copy of one that is made once for all
# who want one of these options, with the sample company when that is what they load
# first: making them takes far longer than most of the tests.
live_new() { # DIR [OPTION...] [-- LDIF...]
  local dir=$1 options=() sample='' file
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  if [ "${1:-}" = "$WBA_SRC/ldif/company.ldif" ]; then
    sample=$1
    shift
  fi
  live_model "$sample" "${options[@]}"
  live_do wipe "$dir"
  live_do copy "$dir" "$live_model"
  # A second try, for an address that another test has only just left.
  "$WBA_SRC/contrib/dc" start "$dir" "${options[@]}" >>"$live_tmp/dc.log" 2>&1 || {
    sleep 3
    live_do start "$dir" "${options[@]}"
  }
  for file; do live_do load "$dir" "$file"; done
}

# Sets live_model to a stopped controller of these options, with LDIF unless that is empty.
live_model() { # LDIF [OPTION...]
  local ldif=$1 all=${WBA_DC_MODELS:-$WBA_BUILD/check-dc/models} of
  shift
  mkdir -p "$all"
  live_model=$all/$(sha256sum <<<"$ldif $*" | cut -c 1-16)
  of=$(cat "$WBA_SRC/contrib/dc" ${ldif:+"$ldif"} | sha256sum)
  (
    flock 7
    # After some weeks its passwords expire.
    [ -z "$(find "$live_model.of" -mtime -7 2>/dev/null)" ] || [ "$(cat "$live_model.of")" != "$of" ] ||
      exit 0
    trap '"$WBA_SRC/contrib/dc" stop "$live_model"' EXIT
    trap 'exit 130' INT TERM
    rm -f "$live_model.of"
    live_do wipe "$live_model"
    live_do start "$live_model" "$@"
    [ -z "$ldif" ] || live_do load "$live_model" "$ldif"
    live_do policy-hints "$live_model" on
    echo "$of" >"$live_model.of"
  ) 7>"$live_model.lock" || exit 1
}

live_do() { # ARGUMENT...: contrib/dc, which must succeed
  "$WBA_SRC/contrib/dc" "$@" >>"$live_tmp/dc.log" 2>&1 || live_dead
}

# Another controller of the domain that live_dc started, of that host name, made
# anew: what a former one knows has aged.
live_join() { # HOST [--rodc]
  local dir=$live_dir-$1 host=$1
  shift
  "$WBA_SRC/contrib/dc" wipe "$dir" >/dev/null 2>&1
  live_others+=("$dir")
  "$WBA_SRC/contrib/dc" join "$dir" "$live_dir" --host "$host" "$@" >"$live_tmp/dc.log" 2>&1 ||
    live_dead
}

live_dead() {
  echo "Bail out! the domain controller did not start"
  sed 's/^/# /' "$live_tmp/dc.log"
  exit 1
}

# Runs a command with the controller's name resolved.
with_dc() { env LD_PRELOAD="$live_preload" NSS_WRAPPER_DISABLE_DEEPBIND=1 RESOLV_WRAPPER_DISABLE_DEEPBIND=1 LSAN_OPTIONS="suppressions=$WBA_SRC/tests/lsan.supp:print_suppressions=0" ASAN_OPTIONS="verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}" "$@"; }

# The program, bound as Administrator over LDAPS.
wba_admin() { # COMMAND [OPTIONS]
  local command=$1
  shift
  with_dc "$WBA" "$command" -c /dev/null -H "$DC_URI" -D "$DC_ADMIN" -y "$live_tmp/admin" \
    -o tls_cacert="$DC_CA" "$@"
}

# The same as another account; its password is the sample company's.
wba_as() { # ACCOUNT COMMAND [OPTIONS]
  local who=$1 command=$2
  shift 2
  with_dc "$WBA" "$command" -c /dev/null -H "$DC_URI" -D "$who" -y "$live_tmp/lab" \
    -o tls_cacert="$DC_CA" "$@"
}

live_passwords() {
  (umask 077
   printf '%s' "$DC_ADMIN_PASSWORD" >"$live_tmp/admin"
   printf '%s' "$lab_password" >"$live_tmp/lab")
}

# A proof of tests/truth: SCRIPT prints "ok TEXT" or "not ok TEXT|why" a comparison (lines
# of why apart by 0x1f), and figures to stderr; WHAT is that it came to its end.
live_proof() { # SCRIPT WHAT
  local python=/usr/bin/python3 status line
  "$python" -c 'import samba.samdb' 2>/dev/null || skip_all 'python3-samba is not installed'
  export live_preload PYTHONDONTWRITEBYTECODE=1
  "$python" "$WBA_SRC/tests/truth/$1" >"$live_tmp/compared" 2>"$live_tmp/figures"
  status=$?
  while IFS= read -r line; do
    case $line in
    ok*) ok "${line#ok }" ;;
    *) not_ok "${line%%|*}" < <(tr '\037' '\n' <<<"${line#*|}") ;;
    esac
  done < <(sed 's/^not ok //' "$live_tmp/compared")
  sed 's/^/# /' "$live_tmp/figures"
  is "$2" "$status" 0
}
