#!/bin/sh
# Prints new passwords and keys for docker-compose.yml: sh resources/docker/new-secrets.sh >> .env
set -eu
for name in POSTGRES_PASSWORD SANDBOX_TOKEN STORE_ACCESS_KEY STORE_SECRET_KEY GRAFANA_PASSWORD; do
  echo "$name=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
done
