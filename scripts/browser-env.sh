#!/usr/bin/env bash
# Installs what the browser tests need where it is missing: Debian's Chromium, and letters for Cyrillic and emoji.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

has_browser() { [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$1" family 2>/dev/null)" ]; }

missing=()
has_browser || missing+=(chromium)
has_font ':lang=uk' || missing+=(fonts-dejavu-core)
has_font ':lang=und-zsye' || missing+=(fonts-noto-color-emoji)
[ ${#missing[@]} -eq 0 ] && exit 0

install_missing 'the browser tests' ', and name the browser: make test CHROMIUM=/path/to/chromium' "${missing[@]}"
has_browser || die "apt-get installed no chromium. Details: .venv/apt.log"
