#!/bin/sh
# Merges what reads printed into the tables of a PostgreSQL database, one file after the other, each in one transaction. A file
# that is loaded is renamed, to end in .loaded.
#
#   PGDATABASE=warehouse sh load.sh MESSAGES...
#
# A file holds the states that it was read from, the catalog on one line, and what was printed. One that was read from other states
# than the database holds is refused. psql's own variables (PGHOST, PGUSER, PGPASSWORD and the like) say where the database is,
# QLIK_SCHEMA names the schema of the tables (qlik).
set -eu
recipes=$(cd "$(dirname "$0")" && pwd)

for messages; do
  [ -f "$messages" ] && [ -r "$messages" ] || { echo "There is no file $messages that can be read." >&2; exit 66; }
  # A read that was killed may have left half a line.
  if [ "$(tail -c 1 "$messages" | wc -l)" -eq 0 ]; then truncate -s "-$(tail -n 1 "$messages" | wc -c)" "$messages"; fi
  psql -X -q -v ON_ERROR_STOP=1 -v schema="${QLIK_SCHEMA:-qlik}" -f "$recipes/load.sql" < "$messages"
  mv "$messages" "$messages.loaded"
done
