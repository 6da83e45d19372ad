"""Trained on one laboratory, tested on the other: mean recall of the five classes both have, before and after
calibration on the other's unlabelled cells.

Usage: python leave_one_lab_out.py --cache RUNS --segmenter SEG/model.pt|PACK marrow=RUN/model.pt peripheral=RUN/model.pt
Each model is one that `train_classifier.py --lab LAB` made, which saw neither the other laboratory nor BCCD. Cells are the
`test` rows of the other laboratory; all classes that the model was trained on may be answered. Calibration goes as on
the device (abroad.py): by the estimated mixture of classes, then by the cells that are surely of a few of them. Prints a
table; in its last column NGB will do for NGS: the rows of marrow know no bands.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from abroad import ANCHOR_ROUNDS, ANCHORS, MIN_ANCHORS, MIXTURE_ROUNDS, SURELY
from cell_masks import faded
from data import LABELS
from evaluate import load_float
from networks import ConvUnit
from cell_steps import INPUT_PX, SHARED, cached

SAMPLE = 40              # training cells of each class that tell the moments it should have


def as_input(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255


def units(model):
    return [(n, m) for n, m in model.named_children() if isinstance(m, ConvUnit)]


@torch.no_grad()
def moments(model, x, labels):
    """Layer -> (mean [K, O], mean square [K, O]) of its normalised values for each class; zeros for a class without cells."""
    found = {}

    def keep(name):
        def hook(_, __, y):
            mean, square = y.mean((2, 3)), (y * y).mean((2, 3))
            found[name] = tuple(torch.stack([v[labels == k].mean(0) if (labels == k).any() else torch.zeros(v.shape[1])
                                             for k in range(len(LABELS))]) for v in (mean, square))
        return hook

    hooks = [m.register_forward_hook(keep(n)) for n, m in units(model)]
    model(x)
    for hook in hooks:
        hook.remove()
    return found


@torch.no_grad()
def corrected(model, x, expected, mix, told=slice(None)):
    """Logits with every channel moved to the moments that the mixture of classes had in training, as on the device.

    told: the cells whose moments are taken, of which `mix` is the mixture.
    """
    def move(name):
        def hook(_, __, y):
            mean = mix @ expected[name][0]
            spread = (mix @ expected[name][1] - mean * mean).clamp(min=1e-6).sqrt()
            gain = (spread / y[told].var((0, 2, 3), unbiased=False).sqrt()).clamp(0.5, 2)
            shift = mean - gain * y[told].mean((0, 2, 3))
            return y * gain[None, :, None, None] + shift[None, :, None, None]
        return hook

    hooks = [m.register_forward_hook(move(n)) for n, m in units(model)]
    logits = model(x)
    for hook in hooks:
        hook.remove()
    return logits


def recalls(logits, known, labels):
    """(mean recall, recall of each class of SHARED, mean with NGB for NGS), among the known classes."""
    guess = logits.masked_fill(~known, -torch.inf).argmax(1).numpy()
    each = [float(np.mean(guess[labels == LABELS.index(c)] == LABELS.index(c))) for c in SHARED]
    neutrophils = guess[labels == LABELS.index("NGS")]
    bands = float(np.mean(neutrophils == LABELS.index("NGB")))
    return sum(each) / len(each), each, (sum(each) + bands) / len(each)


def calibrated(model, x, expected, known):
    """Logits after calibration on these very cells."""
    chances = lambda logits: logits.masked_fill(~known, -torch.inf).softmax(1)
    mix = known.float() / known.sum()
    after = corrected(model, x, expected, mix)
    for _ in range(MIXTURE_ROUNDS - 1):
        mix = (mix + chances(after).mean(0)) / 2
        after = corrected(model, x, expected, mix)
    anchors = [k for k in ANCHORS if known[k]]
    for _ in range(ANCHOR_ROUNDS):
        share = chances(after)[:, anchors]
        sure = share.sum(1) >= SURELY
        if sure.sum() < MIN_ANCHORS:
            raise SystemExit(f"too few anchors: {int(sure.sum())} of {len(x)} cells, it takes {MIN_ANCHORS}")
        mix = torch.zeros(len(LABELS))
        mix[anchors] = (share[sure] / share[sure].sum(1, keepdim=True)).mean(0)
        after = corrected(model, x, expected, mix, sure)
    return after


def measure(lab, path, cache, segmenter):
    """(before, after) of `recalls` on the other laboratory."""
    model = load_float(path)
    images, labels, sources, masks = cached(cache, "val", INPUT_PX, segmenter)
    mine = np.flatnonzero(sources == lab)
    rows = np.concatenate([mine[labels[mine] == k][:SAMPLE] for k in np.unique(labels[mine])])
    known = torch.zeros(len(LABELS), dtype=torch.bool)
    known[np.unique(labels[mine])] = True
    expected = moments(model, as_input(faded(images[rows], masks[rows])), labels[rows])

    images, labels, sources, masks = cached(cache, "test", INPUT_PX, segmenter)
    other = np.flatnonzero((sources != lab) & np.isin(labels, [LABELS.index(c) for c in SHARED]))
    x = as_input(faded(images[other], masks[other]))
    with torch.no_grad():
        before = model(x)
    after = calibrated(model, x, expected, known)
    return recalls(before, known, labels[other]), recalls(after, known, labels[other])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cache", type=Path, required=True, help="folder with the prepared crops of train_classifier.py")
    p.add_argument("--segmenter", type=Path, required=True,
                   help="segmenter that marks the central cells: its model.pt, or a pack's folder")
    p.add_argument("models", nargs="+", metavar="LAB=MODEL")
    args = p.parse_args()
    print("| trained on | mean recall before | after calibration | " + " | ".join(SHARED) + " | after, NGB for NGS |")
    print("|---|---|---|" + "---|" * len(SHARED) + "---|")
    for lab, path in (m.split("=", 1) for m in args.models):
        (before, _, _), (after, each, either) = measure(lab, Path(path), args.cache, args.segmenter)
        print(f"| {lab} | {before:.3f} | {after:.3f} | " + " | ".join(f"{r:.2f}" for r in each) + f" | {either:.3f} |",
              flush=True)


if __name__ == "__main__":
    main()
