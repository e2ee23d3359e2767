#!/bin/sh
# Brings the tables of a Qlik Sense Cloud tenant in a PostgreSQL database up to date. Takes docker, psql and flock.
#
#   IMAGE=source-qlik-sense-cloud:dev PGDATABASE=warehouse sh sync.sh FOLDER [STREAM...]
#
# FOLDER holds config.json, the connector's settings, and takes what passes through: it needs room for all rows once. psql's own
# variables (PGHOST, PGUSER, PGPASSWORD and the like) say where the database is, QLIK_SCHEMA names the schema of the tables
# (qlik). DOCKER_OPTIONS are more options for docker run, such as `--memory 512m`.
#
# The exit code is the connector's: 1 if something could not be read. What could be is in the tables all the same. A run may be
# killed at any time: rows and state move in one transaction, and the next run goes on from there.
set -eu
# What passes through names people.
umask 077
: "${IMAGE:?must name the image of the connector}"
recipes=$(cd "$(dirname "$0")" && pwd)
cd "${1:?must be the folder with config.json}"
shift
[ -r config.json ] || { echo "There is no config.json in $PWD that can be read." >&2; exit 66; }

exec 9> lock
flock -n 9 || { echo 'Another sync of this folder is running.' >&2; exit 75; }

held_states() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v schema="${QLIK_SCHEMA:-qlik}" -f - << 'END'
SELECT to_regclass(format('%I.sync_state', :'schema')) IS NOT NULL AS is_there \gset
\if :is_there
SELECT message FROM :"schema".sync_state ORDER BY stream;
\endif
END
}

stop() {
  if [ -s container ]; then
    container=$(cat container)
    docker stop "$container" || true
    # One that is made and not yet started could not be stopped.
    docker rm --force "$container" || true
  elif [ -n "$client" ]; then
    kill "$client" || true
  fi > /dev/null 2>&1
}

# A run that was killed may have left its container reading.
client=''
stop
rm -f container

sh "$recipes/catalog.sh" config.json "$@" > catalog.new
mv catalog.new catalog.json
held_states > state.new
# What a killed run printed fits only a database that still holds the states that it was read from.
if [ -e messages.jsonl ] && cmp -s state.new state.jsonl; then
  sh "$recipes/load.sh" messages.jsonl
  held_states > state.new
fi
rm -f messages.jsonl
mv state.new state.jsonl
cat state.jsonl catalog.json > messages.new
mv messages.new messages.jsonl

status=0
trap stop TERM INT HUP
# In the background, since a shell hears no signal before a program in the foreground ends. The files need be readable for
# nobody but the caller, as whom the connector runs.
docker run --rm --cidfile container --user "$(id -u):$(id -g)" -v "$PWD:/files:ro" ${DOCKER_OPTIONS-} "$IMAGE" \
  read --config /files/config.json --catalog /files/catalog.json --state /files/state.jsonl >> messages.jsonl &
client=$!
wait "$client" || status=$?
# A signal ends the waiting, but not yet the client, which writes down what still comes.
while kill -0 "$client" 2> /dev/null; do wait "$client" || true; done
trap - TERM INT HUP
rm -f container

# Warnings and errors, as JSON has them, for whoever watches.
sed -n -E -e 's/^\{"type":"LOG","log":\{"level":"(WARN|ERROR|FATAL)","message":"(.*)"\}\}$/\1: \2/p' \
  -e 's/^\{"type":"TRACE",.*"error":\{"message":"(([^"\\]|\\.)*)".*$/ERROR: \1/p' messages.jsonl >&2

sh "$recipes/load.sh" messages.jsonl
exit "$status"
