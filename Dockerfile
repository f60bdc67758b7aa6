# The worker's image; docker-compose.yml builds it.
FROM node:24-bookworm-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap ca-certificates python3 python3-venv tini \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /triathlon
COPY package.json package-lock.json .npmrc ./
COPY setup setup
RUN node setup/setup.js --only packages,node && npm cache clean --force
COPY . .
RUN ln -s /triathlon/bin/bench.js /usr/local/bin/bench

# The repositories under test are made ready at the first start and kept in the volume at BENCH_HOME.
ENTRYPOINT ["/triathlon/resources/docker/worker.sh"]
