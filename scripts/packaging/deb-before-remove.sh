#!/bin/sh
# Before the package's files go: puts the cards' limits back and takes off the GPU helper, where it was installed.
# The package itself is removed whatever comes of it; limits end with a restart at the latest.
helper=/usr/local/lib/gata-gpu-helper
if [ "$1" = remove ] && [ -f "$helper/install-helper.js" ]; then
  "$helper/node" "$helper/install-helper.js" remove || echo "The GPU helper could not be removed; see docs/gpu-helper.md." >&2
fi
exit 0
