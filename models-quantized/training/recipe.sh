#!/usr/bin/env bash
# Trains and exports one model with fixed seeds. Usage: ./recipe.sh segmenter|classifier [RUN_FOLDER]
# RUN_FOLDER (default ./runs, ignored by git) gets caches, logs and checkpoints; interrupted runs resume.
# KRONOCYTE_DATA names the data folder (default ../../../shared/data); THREADS the training threads (default 2).
set -euo pipefail
cd "$(dirname "$0")"
model=${1:?segmenter or classifier}
runs=${2:-runs}
threads=${THREADS:-2}
python=${PYTHON:-python3}
mkdir -p "$runs"

if [ "$model" = classifier ]; then
  # The second run restarts the one-cycle schedule from the first one's averaged weights.
  "$python" train_classifier.py --out "$runs/cls1" --epochs 26 --seed 3 --threads "$threads"
  "$python" train_classifier.py --out "$runs/cls2" --start "$runs/cls1/model.pt" --epochs 20 --rate 3e-3 --seed 4 \
    --threads "$threads"
  "$python" export.py classifier --model "$runs/cls2/model.pt" --pack ../packs/cls-first-light
elif [ "$model" = segmenter ]; then
  # 1. BCCD masks alone; 2. that network masks the crops of two more laboratories; 3. training on all three.
  "$python" train_segmenter.py --out "$runs/seg0" --epochs 14 --threads "$threads"
  [ -f "$runs/pseudo1.npz" ] || "$python" pseudo_masks.py --teacher "$runs/seg0/model.pt" --out "$runs/pseudo1.npz"
  "$python" train_segmenter.py --out "$runs/seg1" --start "$runs/seg0/model.pt" --pseudo "$runs/pseudo1.npz" \
    --epochs 40 --threads "$threads"
  "$python" export.py segmenter --model "$runs/seg1/model.pt" --pack ../packs/seg-first-light
else
  echo "unknown model: $model" >&2
  exit 2
fi
