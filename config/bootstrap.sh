#!/usr/bin/env bash
# From a bare machine to a Python environment of our own; then hands over to config/workshop.py.
#
# Root installs missing Debian packages; anybody else is told in one line what to install.
# Every step is skipped when its inputs have not changed (stamps lie in .venv).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

say() { printf '%s\n' "$*" >&2; }
refuse() { say "$*"; exit 1; }

find_python() { # the first Python 3.11 that can make environments; a shim on the PATH may be none
    local candidate
    for candidate in python3.11 python3 /usr/bin/python3.11 /usr/bin/python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' \
            2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

missing_packages() { # Debian packages we need and cannot find; nothing is asked of DATABASE_URL's users
    if [ -z "${DATABASE_URL:-}" ] && ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null &&
        ! { command -v pg_config >/dev/null && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]; }; then
        echo postgresql-15 postgresql-15-postgis-3
    fi
    find_python >/dev/null || echo python3.11 python3.11-venv
    if [ "$1" = browser ]; then
        command -v chromium >/dev/null || echo chromium
    fi
    compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || echo fonts-noto-cjk # names on the map
    { compgen -G '/usr/lib/*/libpangoft2-1.0.so.0' && compgen -G '/usr/lib/*/libharfbuzz-subset.so.0'; } >/dev/null ||
        echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 # sheets of paper
}

install_packages() { # as root on Debian; the package's own cluster is not created: we make ours
    local wanted=("$@") config=/etc/postgresql-common/createcluster.conf kept='' log
    say "Installing ${wanted[*]} (a minute or two)"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    apt-get update >"$log" 2>&1 || true # an unreachable source may not be the one we need
    if [[ " ${wanted[*]} " == *' postgresql-15 '* ]]; then
        apt-get install -y --no-install-recommends postgresql-common >>"$log" 2>&1 || give_up "$log"
        kept=$(mktemp)
        cp "$config" "$kept"
        echo 'create_main_cluster = false' >>"$config"
    fi
    apt-get install -y --no-install-recommends "${wanted[@]}" >>"$log" 2>&1 ||
        { restore "$kept" "$config"; give_up "$log"; }
    restore "$kept" "$config"
    rm -f "$log"
}

give_up() {
    tail -n 15 "$1" >&2
    refuse "apt-get could not install what is missing (all it said: $1)"
}

restore() { # give the machine its own setting back
    [ -z "$1" ] || { cat "$1" >"$2" && rm -f "$1"; }
}

system() { # $1: browser or none
    local wanted
    mapfile -t wanted < <(missing_packages "$1" | tr ' ' '\n')
    [ "${#wanted[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        install_packages "${wanted[@]}"
        return 0
    fi
    if [[ " ${wanted[*]} " =~ \ (postgresql|python)[^\ ]* ]]; then
        local or=''
        [[ " ${wanted[*]} " != *postgresql* ]] || or=' — or set DATABASE_URL to a PostGIS database'
        refuse "Missing: sudo apt-get install ${wanted[*]}$or"
    fi
    say "Missing, not needed to run: sudo apt-get install ${wanted[*]} (tests in a browser, names on the map)"
}

environment() { # .venv as requirements/$1.txt locks it
    local lock="requirements/$1.txt" stamp python
    stamp=".venv/installed-$1"
    if ! .venv/bin/python -c '' 2>/dev/null; then
        python=$(find_python) || refuse "Python 3.11 with venv is needed: sudo apt-get install python3.11-venv"
        say "Making .venv with $python"
        "$python" -m venv --clear .venv
    fi
    if ! cmp -s "$lock" "$stamp"; then
        say "Installing $lock into .venv (a minute or two)"
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" >&2
        cp "$lock" "$stamp"
        [ "$1" = base ] || cp requirements/base.txt .venv/installed-base
    fi
}

act=${1:?which act? see make help}
[ ! -e var ] || [ -w var ] || [ -n "${LAMPLIGHTER_STATE:-}" ] ||
    refuse "$PWD/var belongs to $(stat -c %U var): work as that user, or in a clone of your own"
case $act in
    demo | bench) system none && environment base ;;
    setup | test | check | mission | locks) system browser && environment dev ;;
    *) refuse "there is no act '$act': see make help" ;;
esac
exec .venv/bin/python -m config.workshop "$@"
