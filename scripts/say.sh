# Sourced by the other scripts: how they speak, and what they make of a tool's failure.

say() { printf 'deskbridge: %s\n' "$*"; }

die() {
  printf 'deskbridge: %s\n' "$*" >&2
  exit 1
}

# explain LOG WHAT: turns the log of an installer that failed into one line, and keeps the log.
explain() {
  local log=$1 what=$2
  if grep -qiE 'name resolution|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|ConnectTimeout|ReadTimeout|network is unreachable|connection (refused|broken|reset)|could not resolve|cannot connect to proxy|connection timed out' "$log"; then
    die "no network: $what could not be fetched. Connect, or set your proxy, and try again. Details: $log"
  fi
  if grep -qiE "unable to execute '?(cc|gcc|clang)|command '?[^ ]*(cc|gcc|clang)'? failed|no acceptable C compiler|unable to find a compiler|(cc|gcc|clang): (command )?not found|no such file or directory: '(cc|gcc|clang)|Python\.h: No such file" "$log"; then
    die "no compiler: $what must be compiled on this system. Install one (Debian: apt-get install build-essential python3-dev). Details: $log"
  fi
  if grep -qiE 'No space left on device|ENOSPC' "$log"; then
    die "no room on the disk for $what. Details: $log"
  fi
  tail -n 15 "$log" >&2
  die "$what could not be installed. Details: $log"
}
