#!/usr/bin/env bash
# Replays the Dockerfile where there is no container engine: its COPY and npm steps in empty folders, then what the image
# is for, as a user who may write nothing but the data folder: a worker that gets ready, answers its health check, and
# ends in time when it is told to. What cannot be replayed (base image, apt-get, tini) is said.
#
#   scripts/check-image.sh            needs node, npm, redis-server
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
children=()
cleanup() {
  for child in "${children[@]}"; do kill -9 "$child" 2>/dev/null && wait "$child" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*" >&2
  tail -n 20 "$work"/*.log >&2 2>/dev/null || true
  exit 1
}

# --- the steps ---------------------------------------------------------------------------------------------------------

stage=0
while read -r instruction rest; do
  app="$work/stage$stage/app"
  case "$instruction" in
    FROM)
      stage=$((stage + 1))
      mkdir -p "$work/stage$stage/app"
      echo "- not replayed: FROM $rest"
      ;;
    COPY)
      read -ra words <<<"$rest"
      source=.
      if [[ ${words[0]} == --from=build ]]; then
        source="$work/stage1"
        words=("${words[@]:1}")
      fi
      to="$app/${words[-1]}"
      for from in "${words[@]:0:${#words[@]}-1}"; do
        [[ -e "$source/$from" ]] || fail "COPY $rest: there is no $from"
        # As Docker does: what is in a folder, not the folder.
        if [[ -d "$source/$from" ]]; then mkdir -p "$to" && cp -a "$source/$from/." "$to"; else cp -a "$source/$from" "$to"; fi
      done
      ;;
    RUN)
      if [[ $rest == npm* ]]; then
        echo "+ $rest"
        (cd "$app" && bash -c "$rest") >"$work/npm.log" 2>&1 || fail "RUN $rest"
      else
        echo "- not replayed: RUN $rest"
      fi
      ;;
  esac
done < <(grep -E '^(FROM|COPY|RUN) ' Dockerfile)

image="$work/stage$stage/app"
[[ ! -e "$image/node_modules/typescript" ]] || fail "the image holds what only the build needs"
[[ ! -e "$image/src" && ! -e "$image/test" ]] || fail "the image holds sources"
echo "= $(du -sm "$image" | cut -f1) MB in /app"

# --- what it is for ----------------------------------------------------------------------------------------------------

data="$work/data"
mkdir "$data"
as_node=()
if [[ $(id -u) == 0 ]]; then
  # mktemp's folder is its owner's alone.
  chmod 755 "$work"
  chmod -R a+rX "$work/stage$stage"
  chown 65534:65534 "$data"
  as_node=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
  echo "- not replayed: USER (this script runs as $(id -un))"
fi
free_port() { node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"; }
until_true() {
  for _ in $(seq 1 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  fail "it did not happen in 30 s: $*"
}

redis_port=$(free_port)
redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$work" --save '' >"$work/redis.log" 2>&1 &
children+=($!)
sandbox_port=$(free_port)
"${as_node[@]}" node "$image/dist/cli/main.js" sandbox --port "$sandbox_port" >"$work/sandbox.log" 2>&1 &
children+=($!)

environment=(
  NODE_ENV=production "DATA_DIR=$data" "JOBS_DIR=$image/jobs" "HEALTH_PORT=$(free_port)"
  "REDIS_URL=redis://127.0.0.1:$redis_port" "NINJA_URL=http://127.0.0.1:$sandbox_port" NINJA_TOKEN=sandbox-admin-token
)
"${as_node[@]}" node "$image/dist/cli/main.js" --help >"$work/help.log" || fail "--help"
"${as_node[@]}" env "${environment[@]}" node "$image/dist/cli/main.js" worker >"$work/worker.log" 2>&1 &
worker=$!
children+=("$worker")

until_true env "${environment[@]}" node "$image/scripts/check-health.js"
echo "= HEALTHCHECK: healthy"

begin=$(date +%s)
kill -TERM "$worker"
code=0
wait "$worker" || code=$?
seconds=$(($(date +%s) - begin))
((seconds <= 10)) || fail "the worker took $seconds s to end"
[[ $code == 143 || $code == 130 || $code == 0 ]] || fail "the worker ended with $code"
echo "= SIGTERM: ended after $seconds s with $code"
if env "${environment[@]}" node "$image/scripts/check-health.js" 2>/dev/null; then fail "healthy without a worker"; fi
echo "The image would work."
