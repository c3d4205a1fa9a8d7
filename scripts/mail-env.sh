#!/usr/bin/env bash
# Installs what the email tests need where it is missing: Debian's Dovecot, a real IMAP server, and openssl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

# Servers lie in a folder that only root's PATH names.
PATH="$PATH:/usr/sbin:/usr/local/sbin"

missing=()
command -v dovecot >/dev/null 2>&1 || missing+=(dovecot-imapd)
command -v openssl >/dev/null 2>&1 || missing+=(openssl)
[ ${#missing[@]} -eq 0 ] && exit 0

install_missing 'the email tests' '; dovecot must be found in PATH' "${missing[@]}"
command -v dovecot >/dev/null 2>&1 || die "apt-get installed no dovecot. Details: .venv/apt.log"
# Debian starts the server it has just installed, which nobody asked for; the tests start their own.
if [[ " ${missing[*]} " == *" dovecot-imapd "* ]] && command -v systemctl >/dev/null 2>&1; then
  as_root systemctl disable --now dovecot.service dovecot.socket >/dev/null 2>&1 || true
fi
