#!/bin/sh
# Brings what the worker needs, then works until it is stopped.
set -eu
cd /triathlon
node setup/setup.js --only python,bubblewrap,environment
# As process 1 it would have to bury the processes of others.
exec tini -- bench worker "$@"
