#!/usr/bin/env bash
# Run as root by packages.py:  apt.sh update  |  apt.sh install PACKAGE…
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30"

if [ "$1" = update ]; then exec $apt update; fi
shift

# The distribution's PostgreSQL packages make and start a cluster of their own. The register has a private one, so
# this file says not to, for as long as the installation lasts.
folder=/etc/postgresql-common/createcluster.d
note=$folder/assetreg-installing.conf
made_folder=
forget() { rm -f "$note" && if [ -n "$made_folder" ]; then rmdir "$folder" 2>/dev/null || true; fi; }
trap forget EXIT
if [ ! -d "$folder" ]; then mkdir -p "$folder" && made_folder=yes; fi
echo "create_main_cluster = false" >"$note"
$apt install -y --no-install-recommends "$@"
