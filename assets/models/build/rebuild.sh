#!/bin/sh
# Makes both bundles and the samples anew. About an hour and a quarter on one core; see README.md.
set -eu
cd "$(dirname "$0")"
# Debian's packages belong to Debian's interpreter, whatever else is on PATH.
python=${PYTHON:-/usr/bin/python3}
export OPENBLAS_NUM_THREADS=1 PYTHONHASHSEED=0
"$python" train_digits.py
"$python" write_corpus.py
"$python" train_npc_chat.py
"$python" evaluate_npc_chat.py
node check.mjs
