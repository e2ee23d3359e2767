"""Keeps the tables of a Qlik Sense Cloud tenant current, in a DuckDB file or in PostgreSQL.

    pip install airbyte
    python pyairbyte.py config.json --image IMAGE --duckdb qlik.duckdb
    PGPASSWORD=... python pyairbyte.py config.json --image IMAGE --postgres postgresql://user@localhost/warehouse

The first run reads everything, each later one what has changed: the state lies beside the tables. The exit code is 1 if
something could not be read. PyAirbyte then leaves the tables as they are, and the next run reads again: leave out by --streams
what is always refused.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

# The connector stands in no registry, so none need be asked.
os.environ.setdefault("AIRBYTE_OFFLINE_MODE", "1")
# PyAirbyte writes the settings, key included, into files that all may read, since a container reads them as a user of its own. Where
# nobody else may enter the folder around theirs, only the container sees them, into which docker mounts the inner one.
private_folder = tempfile.TemporaryDirectory(prefix="pyairbyte-")
mounted_folder = Path(private_folder.name, "files")
mounted_folder.mkdir()
mounted_folder.chmod(0o755)
os.environ.setdefault("AIRBYTE_TEMP_DIR", str(mounted_folder))

import airbyte as ab  # noqa: E402  (reads the environment when it is imported)
from airbyte.caches import CacheBase, DuckDBCache, PostgresCache  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path, help="the connector's settings, as JSON")
    connector = parser.add_mutually_exclusive_group(required=True)
    connector.add_argument("--image", help="run this image with docker")
    connector.add_argument("--executable", help="run this program, such as src/main.ts of a checkout, whose Node is first in PATH")
    parser.add_argument("--host-network", action="store_true", help="let the image reach a tenant of the demo's on this machine")
    warehouse = parser.add_mutually_exclusive_group(required=True)
    warehouse.add_argument("--duckdb", type=Path, help="the file to keep the tables in")
    warehouse.add_argument("--postgres", help="the database to keep the tables in, as a URL without the password, which is in PGPASSWORD")
    parser.add_argument("--schema", help="the schema of the tables (main in DuckDB, qlik in PostgreSQL)")
    parser.add_argument("--streams", nargs="*", help="streams to read (all)")
    args = parser.parse_args()
    if args.postgres and urlsplit(args.postgres).password:
        parser.error("The password belongs into PGPASSWORD: whoever is on the machine can read a command line.")
    return args


def cache_of(args: argparse.Namespace) -> CacheBase:
    if args.duckdb:
        return DuckDBCache(db_path=args.duckdb, schema_name=args.schema or "main")
    url = urlsplit(args.postgres)
    # PyAirbyte puts name and password into a URL as they are, so they have to be quoted.
    return PostgresCache(
        host=url.hostname or "localhost",
        port=url.port or 5432,
        username=url.username or "",
        password=quote(os.environ.get("PGPASSWORD", ""), safe=""),
        database=url.path.removeprefix("/"),
        schema_name=args.schema or "qlik",
    )


def main() -> None:
    args = arguments()
    source = ab.get_source(
        "source-qlik-sense-cloud",
        config=json.loads(args.config.read_text()),
        docker_image=args.image,
        local_executable=args.executable,
        use_host_network=args.host_network,
    )
    source.check()
    source.select_streams(args.streams or "*")
    result = source.read(cache=cache_of(args))
    print(f"{result.processed_records} rows were sent")


if __name__ == "__main__":
    main()
