#!/bin/sh
# Prints a configured catalog, on one line: all streams, or those named, incrementally.
#
#   IMAGE=source-qlik-sense-cloud:dev sh catalog.sh config.json [STREAM...] > catalog.json
set -eu
: "${IMAGE:?must name the image of the connector}"
config=$1
shift

docker run --rm -i ${DOCKER_OPTIONS-} "$IMAGE" discover --config /dev/stdin < "$config" |
  docker run --rm -i ${DOCKER_OPTIONS-} --entrypoint node "$IMAGE" --eval '
    const fail = (why) => {
      console.error(why);
      process.exit(1);
    };
    const messages = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const { streams } = messages.find(({ type }) => type === "CATALOG")?.catalog ?? {};
    if (!streams) fail(messages.find(({ trace }) => trace?.error)?.trace.error.message);
    const wanted = process.argv.slice(1);
    const unknown = wanted.filter((name) => !streams.some((stream) => stream.name === name));
    if (unknown.length > 0) fail(`There is no stream ${unknown.join(", ")}.`);
    const chosen = streams.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    const mode = { sync_mode: "incremental", destination_sync_mode: "append_dedup" };
    console.log(JSON.stringify({ streams: chosen.map((stream) => ({ stream, ...mode })) }));
  ' "$@"
