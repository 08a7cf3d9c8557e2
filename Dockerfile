# One image for every command: `docker run ninja-sync run --job NAME`, with jobs/, exports and the data folder mounted;
# `docker run ninja-sync worker` for the worker. compose.yaml shows all of it together.
FROM node:24-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where no prebuilt binary fits.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm ci
# What SQLite's binding was compiled from is not needed any more.
RUN npm prune --omit=dev --ignore-scripts && cd node_modules/better-sqlite3 && rm -rf deps src build/Release/obj*

FROM node:24-slim
# tini is process 1: it hands signals on, and buries what others leave behind.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data JOBS_DIR=/jobs
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/scripts ./scripts
COPY jobs ./jobs
COPY samples ./samples
# Drop folders are named relative to the folder above /jobs.
RUN mkdir -p /data /jobs /drops && chown node:node /data /jobs /drops
USER node
VOLUME ["/data"]
# Of the worker; other commands are through before it counts, or have it switched off (compose.yaml).
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "/app/scripts/check-health.js"]
ENTRYPOINT ["tini", "--", "node", "/app/dist/cli/main.js"]
CMD ["--help"]
