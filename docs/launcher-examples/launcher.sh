#!/bin/sh
# A launcher in curl and jq: launcher.sh AGENT_JSON PROGRAM ARGS…
set -eu
agent=$1
shift

url=http://127.0.0.1:$(jq .port "$agent")
send() { # TOKEN METHOD PATH [JSON]
  curl --silent --fail-with-body --request "$2" --header "Authorization: Bearer $1" \
    ${4:+--header 'Content-Type: application/json' --data "$4"} "$url$3"
}

# A token of one's own.
token=$(send "$(jq -r .tokens.launcher "$agent")" POST /v1/launchers '{"name":"Shell Launcher"}' | jq -r .token)

# Pause. When this returns no job runs and the card is free.
lease=/v1/pause-leases/shell-launcher:$$
request() { printf '{"reason":"Starting a game","title":"%s","pid":%d,"ttlSeconds":3600}' "$(basename "$1")" "$2"; }
send "$token" PUT "$lease" "$(request "$1" $$)" >/dev/null
trap 'send "$token" DELETE "$lease" || true' EXIT

# Play. From now on the lease belongs to the game, whatever becomes of this script. (An hour is enough for an
# example; a launcher renews it.)
"$@" &
send "$token" PUT "$lease" "$(request "$1" $!)" >/dev/null || true
wait $!
