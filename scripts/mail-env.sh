#!/usr/bin/env bash
# Installs what the email tests need where it is missing: Debian's Dovecot, a real IMAP server, and openssl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

# Servers lie in a folder that only root's PATH names.
PATH="$PATH:/usr/sbin:/usr/local/sbin"

missing=()
command -v dovecot >/dev/null 2>&1 || missing+=(dovecot-imapd)
command -v openssl >/dev/null 2>&1 || missing+=(openssl)
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null 2>&1 \
  || die "the email tests need ${missing[*]}, and this system has no apt-get. Install them; dovecot must be found in PATH"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; } \
    || die "the email tests need ${missing[*]}. Install them once: sudo apt-get install ${missing[*]}"
  as_root=(sudo -n)
fi

say "installing ${missing[*]} for the email tests"
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq \
    -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=120 "$@" </dev/null
}
mkdir -p .venv
{ apt update && apt install -y --no-install-recommends "${missing[@]}"; } >.venv/apt-mail.log 2>&1 \
  || explain .venv/apt-mail.log "${missing[*]}, which the email tests need,"
command -v dovecot >/dev/null 2>&1 || die "apt-get installed no dovecot. Details: .venv/apt-mail.log"
# Debian starts the server it has just installed, which nobody asked for; the tests start their own.
if [[ " ${missing[*]} " == *" dovecot-imapd "* ]] && command -v systemctl >/dev/null 2>&1; then
  "${as_root[@]}" systemctl disable --now dovecot.service dovecot.socket >/dev/null 2>&1 || true
fi
