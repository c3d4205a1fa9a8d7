# Sourced by scripts that need Debian's packages.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Servers lie in a folder that only root's PATH names.
PATH="$PATH:/usr/sbin:/usr/local/sbin"

# quiet UNIT...: ends what Debian starts as soon as it has installed it, which nobody asked for; the tests start their own.
quiet() {
  command -v systemctl >/dev/null 2>&1 || return 0
  as_root systemctl disable --now "$@" >/dev/null 2>&1 || true
}

# unstarted COMMAND...: runs what installs while no service may start (invoke-rc.d and systemd's helper ask policy-rc.d),
# unless the system has a policy of its own. For those that nobody may reach, not even for a moment.
unstarted() {
  local policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ] || ! as_root true 2>/dev/null; then
    "$@"
    return
  fi
  trap "as_root rm -f '$policy'" EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  "$@"
  as_root rm -f "$policy"
  trap - EXIT
}

# install_missing WHAT HELP PACKAGE...: installs the packages for WHAT (the browser tests), once, and says in one line
# what to do where it cannot.
install_missing() {
  local what=$1 help=$2 log=.venv/apt.log
  shift 2
  command -v apt-get >/dev/null 2>&1 || die "$what need $*, and this system has no apt-get. Install them$help"
  if [ "$(id -u)" -ne 0 ]; then
    { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; } \
      || die "$what need $*. Install them once: sudo apt-get install $*"
  fi
  say "installing $* for $what"
  apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
      -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=120 "$@" </dev/null
  }
  mkdir -p .venv
  { apt update && apt install -y --no-install-recommends "$@"; } >"$log" 2>&1 || explain "$log" "$*, which $what need,"
}
