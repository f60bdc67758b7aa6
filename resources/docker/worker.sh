#!/bin/sh
# Brings what the worker needs, then works until it is stopped.
set -eu
cd /triathlon
node setup/setup.js --only python,bubblewrap,environment
exec bench worker "$@"
