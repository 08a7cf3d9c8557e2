# One image for every command: `docker run ninja-sync run --job NAME`, with jobs/, exports and the data folder mounted.
FROM node:24-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where no prebuilt binary fits.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data JOBS_DIR=/jobs
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY jobs ./jobs
COPY samples ./samples
RUN mkdir -p /data /jobs && chown node:node /data /jobs
USER node
VOLUME ["/data"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["--help"]
