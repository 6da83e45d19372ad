#!/usr/bin/env bash
# Trains and exports one model with fixed seeds. Usage: ./recipe.sh segmenter|classifier|classifier-quick [RUN_FOLDER]
# RUN_FOLDER (default ./runs, ignored by git) gets caches, logs and checkpoints; interrupted runs resume.
# KRONOCYTE_DATA names the data folder (default ../../../shared/data); THREADS the threads of the segmenter's training
# (default 2). The classifier's takes two cores: one thread learns, one draws the crops and asks the teachers.
set -euo pipefail
cd "$(dirname "$0")"
model=${1:?segmenter, classifier or classifier-quick}
runs=${2:-runs}
threads=${THREADS:-2}
python=${PYTHON:-python3}
mkdir -p "$runs"

# The segmenter that marks the central cells for the classifier: a checkpoint or a pack.
segmenter=${SEGMENTER:-../packs/seg-first-light}
half=()
if grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo; then half=(--bfloat16); fi
logs=()

# A stage of the classifier: its name, then options of train_classifier.py.
train() {
  local out=$1
  shift
  logs+=("$runs/$out.log")
  "$python" train_classifier.py --out "$runs/$out" --cache "$runs" --segmenter "$segmenter" "${half[@]}" "$@" \
    | tee -a "$runs/$out.log"
}

if [ "$model" = classifier ]; then
  # The dense parent, then the Kronecker network, which learns from the labels and from its parent's softened answers;
  # each first with the laboratories mixed, then with steps that normalise site by site (site_norm.py), in two rounds, and
  # the factored one in a third, with two teachers. Last stages stay nearer to the laboratories' own looks (--near-steps).
  train dense-mixed --rank 0 --epochs 36 --rate 2e-3 --seed 1 --site-steps 0
  train dense-site --rank 0 --epochs 20 --rate 2e-3 --seed 1 --start "$runs/dense-mixed/model.pt"
  train dense --rank 0 --epochs 14 --rate 2e-3 --seed 1 --start "$runs/dense-site/model.pt"
  train kron-mixed --rank 8 --epochs 54 --rate 4e-3 --seed 2 --site-steps 0 --teacher "$runs/dense-mixed/model.pt"
  train kron-site --rank 8 --epochs 36 --rate 4e-3 --seed 2 --start "$runs/kron-mixed/model.pt" --teacher "$runs/dense-site/model.pt"
  train kron-site2 --rank 8 --epochs 32 --rate 4e-3 --seed 2 --start "$runs/kron-site/model.pt" --teacher "$runs/dense/model.pt"
  train kron-wide --rank 8 --epochs 55 --rate 4e-3 --seed 4 --start "$runs/kron-site2/model.pt" \
    --teacher "$runs/dense-site/model.pt" "$runs/dense/model.pt"
  train dense-site-near --rank 0 --epochs 10 --rate 1.5e-3 --seed 6 --near-steps 1 --start "$runs/dense-site/model.pt"
  train dense-near --rank 0 --epochs 10 --rate 1.5e-3 --seed 5 --near-steps 1 --start "$runs/dense/model.pt"
  train kron-near --rank 8 --epochs 14 --rate 2e-3 --seed 5 --near-steps 1 --start "$runs/kron-wide/model.pt" \
    --teacher "$runs/dense-site/model.pt" "$runs/dense/model.pt"
  train kron-near2 --rank 8 --epochs 33 --rate 4e-3 --seed 7 --near-steps 0.67 --start "$runs/kron-near/model.pt" \
    --teacher "$runs/dense-site-near/model.pt" "$runs/dense-near/model.pt"
  train kron --rank 8 --epochs 32 --rate 4e-3 --seed 9 --near-steps 0.33 --start "$runs/kron-near2/model.pt" \
    --teacher "$runs/dense-site-near/model.pt" "$runs/dense-near/model.pt"
  "$python" export.py classifier --model "$runs/kron/model.pt" --pack ../packs/cls-first-light \
    --segmenter ../packs/seg-first-light --version 1.7.1
  "$python" report.py --pack ../packs/cls-first-light --segmenter ../packs/seg-first-light --cache "$runs" --logs "${logs[@]}"
elif [ "$model" = classifier-quick ]; then
  # The same in less than two hours: parent and pupil first on crops of 18 um, which take two thirds of the time, then on
  # whole ones, nearer to the laboratories' own looks. Not what is shipped.
  train quick-dense-small --rank 0 --epochs 42 --rate 3e-3 --seed 1 --crop-um 18
  train quick-dense --rank 0 --epochs 12 --rate 2e-3 --seed 2 --near-steps 0.67 --start "$runs/quick-dense-small/model.pt"
  train quick-kron-small --rank 8 --epochs 88 --rate 4e-3 --seed 3 --crop-um 18 --near-steps 0.33 \
    --teacher "$runs/quick-dense-small/model.pt"
  train quick-kron --rank 8 --epochs 55 --rate 4e-3 --seed 4 --near-steps 0.5 --start "$runs/quick-kron-small/model.pt" \
    --teacher "$runs/quick-dense/model.pt"
  "$python" export.py classifier --model "$runs/quick-kron/model.pt" --pack "$runs/cls-quick" \
    --segmenter ../packs/seg-first-light --version 0.1.0
elif [ "$model" = segmenter ]; then
  # 1. BCCD masks alone; 2. that network masks the crops of two more laboratories; 3. training on all three, in three rounds,
  # of which the first marks the cells for the classifier's training; 4. four rounds more on masks that the third's
  # network drew of the same crops.
  "$python" train_segmenter.py --out "$runs/seg0" --epochs 14 --threads "$threads"
  [ -f "$runs/pseudo1.npz" ] || "$python" pseudo_masks.py --teacher "$runs/seg0/model.pt" --out "$runs/pseudo1.npz"
  "$python" train_segmenter.py --out "$runs/seg1" --start "$runs/seg0/model.pt" --pseudo "$runs/pseudo1.npz" \
    --epochs 40 --threads "$threads"
  "$python" train_segmenter.py --out "$runs/seg2" --start "$runs/seg1/model.pt" --pseudo "$runs/pseudo1.npz" \
    --epochs 16 --rate 2e-3 --seed 3 --threads "$threads"
  "$python" train_segmenter.py --out "$runs/seg3" --start "$runs/seg2/model.pt" --pseudo "$runs/pseudo1.npz" \
    --epochs 22 --rate 2.5e-3 --seed 4 --threads "$threads"
  [ -f "$runs/pseudo2.npz" ] || "$python" pseudo_masks.py --teacher "$runs/seg3/model.pt" --out "$runs/pseudo2.npz"
  "$python" train_segmenter.py --out "$runs/seg4" --start "$runs/seg3/model.pt" --pseudo "$runs/pseudo2.npz" \
    --epochs 60 --rate 3e-3 --seed 5 --threads "$threads"
  "$python" train_segmenter.py --out "$runs/seg5" --start "$runs/seg4/model.pt" --pseudo "$runs/pseudo2.npz" \
    --epochs 40 --rate 2.5e-3 --seed 7 --threads "$threads"
  "$python" train_segmenter.py --out "$runs/seg6" --start "$runs/seg5/model.pt" --pseudo "$runs/pseudo2.npz" \
    --epochs 34 --rate 3e-3 --seed 8 --threads "$threads"
  "$python" train_segmenter.py --out "$runs/seg" --start "$runs/seg6/model.pt" --pseudo "$runs/pseudo2.npz" \
    --epochs 24 --rate 2.5e-3 --seed 9 --threads "$threads"
  "$python" export.py segmenter --model "$runs/seg/model.pt" --pack ../packs/seg-first-light --version 1.3.0
else
  echo "unknown model: $model" >&2
  exit 2
fi
