#!/usr/bin/env bash
# Installs what the browser tests need where it is missing: Debian's Chromium, and letters for Cyrillic and emoji.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

has_browser() { [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$1" family 2>/dev/null)" ]; }

missing=()
has_browser || missing+=(chromium)
has_font ':lang=uk' || missing+=(fonts-dejavu-core)
has_font ':lang=und-zsye' || missing+=(fonts-noto-color-emoji)
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null 2>&1 \
  || die "the browser tests need ${missing[*]}, and this system has no apt-get. Install them, and name the browser: make test CHROMIUM=/path/to/chromium"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; } \
    || die "the browser tests need ${missing[*]}. Install them once: sudo apt-get install ${missing[*]}"
  as_root=(sudo -n)
fi

say "installing ${missing[*]} for the browser tests"
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq \
    -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=120 "$@" </dev/null
}
mkdir -p .venv
{ apt update && apt install -y --no-install-recommends "${missing[@]}"; } >.venv/apt.log 2>&1 \
  || explain .venv/apt.log "${missing[*]}, which the browser tests need,"
has_browser || die "apt-get installed no chromium. Details: .venv/apt.log"
