# Shared by the scripts: messages, and installation of what the build needs on Debian 12. Sourced, not run.
# shellcheck shell=bash

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

# Two clones of the project share one cache: paths count from the clone, and its place is not part of the key.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

build_packages=(
  g++ cmake ninja-build pkg-config ccache mold libcaf-dev libboost1.81-dev libboost-json1.81-dev
  libboost-url1.81-dev librocksdb-dev libspdlog-dev libssl-dev prometheus-cpp-dev libcli11-dev
  libtomlplusplus-dev libidn2-dev
)
test_packages=(git clang libclang-rt-dev clang-format)

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root: run as root once, or install sudo. The command was: $*"
  fi
}

# Prints those of the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" == installed ]] || echo "$package"
  done
}

# Package lists are fetched once a run, and only if something has to be installed. Without a network the lists
# that are there have to do.
lists_are_fresh=no
refresh_lists() {
  [[ $lists_are_fresh == no ]] || return 0
  lists_are_fresh=yes
  note "apt-get update"
  as_root apt-get update -qq </dev/null || note "apt-get update failed; going on with the package lists that are here"
}

apt_install() {
  refresh_lists
  note "apt-get install --no-install-recommends $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null ||
    die "installing failed: $*"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  if ! command -v apt-get >/dev/null; then
    note "not Debian: please see that these are there (Debian's names): ${missing[*]}"
    return
  fi
  note "missing on this machine, installing from Debian: ${missing[*]}"
  apt_install "${missing[@]}"
}

# Prints "URI<TAB>keyring" of the machine's own bookworm entry, from deb822 or one-line sources.
bookworm_mirror() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -r $file ]] || continue
    awk -v RS= '{
      uri = key = ""; fits = binary = 0; disabled = 0
      n = split($0, lines, "\n")
      for (i = 1; i <= n; i++) {
        line = lines[i]
        if (line ~ /^#/) continue
        m = split(line, word, /[ \t]+/)
        if (line ~ /^Types:/) for (j = 2; j <= m; j++) if (word[j] == "deb") binary = 1
        if (line ~ /^Suites:/) for (j = 2; j <= m; j++) if (word[j] == "bookworm") fits = 1
        if (line ~ /^URIs:/) uri = word[2]
        if (line ~ /^Signed-By:/) key = word[2]
        if (line ~ /^Enabled:[ \t]*no/) disabled = 1
      }
      if (fits && binary && !disabled && uri != "") { print uri "\t" key; exit }
    }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -r $file ]] || continue
    awk '$1 == "deb" {
      i = 2; key = ""
      if ($i ~ /^\[/) {
        while (i <= NF) {
          if (match($i, /signed-by=[^] ]*/)) key = substr($i, RSTART + 10, RLENGTH - 10)
          if ($i ~ /\]$/) break
          i++
        }
        i++
      }
      if ($(i + 1) == "bookworm") { print $i "\t" key; exit }
    }' "$file"
  done
}

# Debian 12 has Catch2 2; version 3 comes from its backports.
install_catch2() {
  [[ -e /usr/include/catch2/catch_test_macros.hpp || -e /usr/local/include/catch2/catch_test_macros.hpp ]] && return
  command -v apt-get >/dev/null || die "Catch2 3 is missing"
  local codename mirror keyring source=/etc/apt/sources.list.d/isacbot-backports.sources
  codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  if [[ $codename != bookworm ]]; then
    install_packages catch2
    return
  fi
  if ! apt-cache policy | grep -q 'a=stable-backports,n=bookworm-backports\|bookworm-backports/main'; then
    IFS=$'\t' read -r mirror keyring < <(bookworm_mirror) || true
    [[ -n ${mirror:-} ]] || die "no bookworm entry found in /etc/apt, so the mirror for bookworm-backports is unknown"
    note "adding $source (bookworm-backports at $mirror) for Catch2 3"
    {
      echo "# Added by isacbot's scripts for Catch2 3; may be removed."
      echo "Types: deb"
      echo "URIs: $mirror"
      echo "Suites: bookworm-backports"
      echo "Components: main"
      [[ -z ${keyring:-} ]] || echo "Signed-By: $keyring"
    } | as_root tee "$source" >/dev/null
    lists_are_fresh=no
  fi
  note "Catch2 3 is missing, installing from bookworm-backports"
  apt_install -t bookworm-backports catch2 libcatch2-dev
}

# promtool checks the metrics page. Debian ships it inside the server's package, which would start a service:
# so the package is only unpacked.
install_promtool() {
  if command -v promtool >/dev/null; then
    ISACBOT_PROMTOOL="$(command -v promtool)"
  else
    ISACBOT_PROMTOOL="$root/build/tools/prometheus/usr/bin/promtool"
    if [[ ! -x $ISACBOT_PROMTOOL ]]; then
      note "unpacking promtool from Debian's package prometheus under build/tools (nothing is installed)"
      mkdir -p build/tools/prometheus
      (
        cd build/tools
        apt-get download -qq prometheus </dev/null >/dev/null 2>&1 ||
          { refresh_lists && apt-get download -qq prometheus </dev/null >/dev/null; }
        dpkg -x prometheus_*.deb prometheus
        rm -f prometheus_*.deb
      ) || die "promtool could not be fetched"
    fi
  fi
  export ISACBOT_PROMTOOL
}

# The judges are Slack's own clients from npm, pinned by a lock file to versions that run on Node 18.
install_judges() {
  local lock=tests/judges/package-lock.json stamp=tests/judges/node_modules/.isacbot-stamp wanted
  [[ -e $lock ]] || return 0
  if ! command -v node >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)'; then
    install_packages nodejs
  fi
  command -v npm >/dev/null || install_packages npm
  wanted="$(sha256sum "$lock" | cut -d' ' -f1) $(node --version)"
  [[ "$(cat "$stamp" 2>/dev/null)" == "$wanted" ]] && return
  note "npm ci in tests/judges"
  (cd tests/judges && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null) || die "npm ci failed"
  echo "$wanted" >"$stamp"
}

# Chromium looks at Station's pages. It is large, and its test skips, saying so, where it cannot be had.
install_browser() {
  ! command -v chromium >/dev/null && command -v apt-get >/dev/null || return 0
  note "missing on this machine, installing from Debian: chromium"
  (apt_install chromium) || note "Chromium could not be installed: the pages are not looked at in a browser"
}

install_for_build() {
  install_packages "${build_packages[@]}"
}

install_for_tests() {
  command -v apt-get >/dev/null && install_catch2 # before spdlog, which would pull version 2
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  install_promtool
  install_judges
  install_browser
}

# Configures a preset; CMake is heard only when it fails.
configure() {
  local log
  log="$(mktemp)"
  if ! cmake --preset "$@" >"$log" 2>&1; then
    cat "$log"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
