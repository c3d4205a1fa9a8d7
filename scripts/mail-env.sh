#!/usr/bin/env bash
# Installs what the email tests need where it is missing: Debian's Dovecot, a real IMAP server, and openssl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

missing=()
command -v dovecot >/dev/null 2>&1 || missing+=(dovecot-imapd)
command -v openssl >/dev/null 2>&1 || missing+=(openssl)
[ ${#missing[@]} -eq 0 ] && exit 0

install_missing 'the email tests' '; dovecot must be found in PATH' "${missing[@]}"
command -v dovecot >/dev/null 2>&1 || die "apt-get installed no dovecot. Details: .venv/apt.log"
[[ " ${missing[*]} " != *" dovecot-imapd "* ]] || quiet dovecot.service dovecot.socket
