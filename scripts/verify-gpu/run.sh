#!/bin/sh
# Verifies this machine's graphics card with the programs beside this file; needs nothing else, not even a PATH.
# The document goes to stdout: ./run.sh > my-card.json. ./run.sh --help names the flags.
set -eu
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
here=$(cd "$here" && pwd)

# The archive holds these files empty, with their rights; what they are lies compressed beside them.
decompress() {
  if [ -x "$here/busybox" ]; then
    "$here/busybox" xz -dc "$1.xz" > "$1"
    return
  fi
  for xz in /usr/bin/xz /bin/xz /usr/local/bin/xz; do
    if [ -x "$xz" ]; then
      "$xz" -dc "$1.xz" > "$1"
      return
    fi
  done
  echo 'error: There is no xz on this machine. Install it (package xz-utils) and start again.' >&2
  exit 1
}

if [ ! -f "$here/decompressed" ]; then
  echo 'Decompressing…' >&2
  decompress "$here/node"
  decompress "$here/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1"
  : > "$here/decompressed"
fi
exec "$here/node" "$here/app/scripts/verify-gpu/main.js" "$@"
