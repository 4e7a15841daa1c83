#!/bin/sh
# Read it, then run it. Stops at the first command that the cloud refuses.
set -eu
# Nothing to change.
