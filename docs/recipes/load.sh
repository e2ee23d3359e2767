#!/bin/sh
# Merges what reads printed into the tables of a PostgreSQL database, one file after the other, each in one transaction.
#
#   PGDATABASE=warehouse sh load.sh catalog.json MESSAGES...
#
# The catalog, on one line as catalog.sh prints it, says which tables and columns there are. psql's own variables (PGHOST, PGUSER,
# PGPASSWORD and the like) say where the database is, QLIK_SCHEMA names the schema of the tables (qlik).
set -eu
recipes=$(cd "$(dirname "$0")" && pwd)
catalog=$1
shift

for messages; do
  # A read that was killed may have left half a line.
  if [ -n "$(tail -c 1 "$messages")" ]; then whole='$d'; else whole=''; fi
  { cat "$catalog"; sed "$whole" "$messages"; } |
    psql -X -q -v ON_ERROR_STOP=1 -v schema="${QLIK_SCHEMA:-qlik}" -f "$recipes/load.sql"
done
