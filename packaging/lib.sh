# Read by the scripts beside it: names that all of them use. Each is called from anywhere and works at the top.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The first value of a key in Cargo.toml.
manifest() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1; }

version=$(manifest version)
repository=$(manifest repository)
owner=$(sed -E 's|^https://github.com/([^/]+)/.*|\1|' <<<"$repository")
# What stands for the owner until somebody runs packaging/owner.
not_set=owner_not_set

# The name that archives and images have for a target.
platform() {
  case $1 in
    x86_64-unknown-linux-musl) echo linux-amd64 ;;
    aarch64-unknown-linux-musl) echo linux-arm64 ;;
    x86_64-apple-darwin) echo darwin-amd64 ;;
    aarch64-apple-darwin) echo darwin-arm64 ;;
    *) die "no archive has the target \`$1\`: x86_64-unknown-linux-musl, aarch64-unknown-linux-musl, or apple-darwin of both" ;;
  esac
}

# Times in what is packed: that of the commit, so that the same commit gives the same bytes.
if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) || die "no Git here: set SOURCE_DATE_EPOCH to the time of the release"
fi
export SOURCE_DATE_EPOCH

# Puts a tool of cargo's on PATH in just this version: `tool NAME VERSION`. It is built once, unoptimised: it runs for a
# second, and building it is what takes time.
tool() {
  local tools=${CARGO_TARGET_DIR:-$PWD/target}/tools
  export PATH="$tools/bin:$PATH"
  grep -qs "^\"$1 $2 " "$tools/.crates.toml" ||
    cargo install --quiet --locked --debug --root "$tools" --version "$2" "$1" >&2
}
