FROM node:26-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The image's own Node builds; no package needs to run anything to be bundled.
RUN npm ci --ignore-scripts
COPY scripts/bundle.ts ./scripts/
COPY schemas ./schemas
COPY src ./src
RUN node scripts/bundle.ts

FROM node:26-bookworm-slim
# Airbyte's images run as this user, whose id is that of Node's own, and have these folders for it.
RUN usermod --login airbyte --home /airbyte node && groupmod --new-name airbyte node \
    && install --directory --owner airbyte --group airbyte /airbyte /config /custom_cache /secrets
COPY LICENSE /airbyte/integration_code/
COPY --from=build /build/dist/ /airbyte/integration_code/
ENV TZ=UTC
ENV AIRBYTE_ENTRYPOINT="node --max-old-space-size-percentage=60 --max-semi-space-size=8 /airbyte/integration_code/main.cjs"
LABEL io.airbyte.name=airbyte/source-qlik-sense-cloud io.airbyte.version=0.1.0
USER 1000:1000
# Compiled once, for the user whom the platform runs it as, who writes nothing there; other users do without.
ENV NODE_COMPILE_CACHE=/airbyte/compile_cache
RUN $AIRBYTE_ENTRYPOINT spec > /dev/null && chmod --recursive a-w $NODE_COMPILE_CACHE
WORKDIR /airbyte/integration_code
ENTRYPOINT ["node", "--max-old-space-size-percentage=60", "--max-semi-space-size=8", "/airbyte/integration_code/main.cjs"]
