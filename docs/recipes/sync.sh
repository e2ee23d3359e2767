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
: "${IMAGE:?must name the image of the connector}"
recipes=$(cd "$(dirname "$0")" && pwd)
cd "$1"
shift

exec 9> lock
flock -n 9 || { echo 'Another sync of this folder is running.' >&2; exit 75; }

load() {
  sh "$recipes/load.sh" catalog.json messages.jsonl
  mv messages.jsonl loaded.jsonl
}

sh "$recipes/catalog.sh" config.json "$@" > catalog.json
# Makes the tables, and takes in what a run printed that was killed.
touch messages.jsonl
load
echo 'SELECT message FROM :"schema".sync_state;' |
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v schema="${QLIK_SCHEMA:-qlik}" -f - > state.jsonl
status=0
# The files need be readable for nobody but the caller, as whom the connector runs.
docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/files:ro" ${DOCKER_OPTIONS-} "$IMAGE" \
  read --config /files/config.json --catalog /files/catalog.json --state /files/state.jsonl > messages.jsonl || status=$?
load
exit "$status"
