#!/bin/sh
# Brings what the worker needs, then works until it is stopped.
set -eu
cd /triathlon
node setup/setup.js --only 'Python 3.8–3.12,bubblewrap,Django environment'
exec bench worker "$@"
