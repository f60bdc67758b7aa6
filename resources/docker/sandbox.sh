#!/bin/sh
# Brings what candidates run in, then grades for others until it is stopped.
set -eu
cd /triathlon
node setup/setup.js --only python,bubblewrap,environment
# As process 1 it would have to bury the processes of others.
exec tini -- bench sandbox serve --host 0.0.0.0 --port 8000 --token-env SANDBOX_TOKEN "$@"
