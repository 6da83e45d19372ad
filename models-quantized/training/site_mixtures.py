"""Whether site calibration's guards hold: `val` cells in made-up stains and odd mixtures, calibrated as the device does it.

Usage: python site_mixtures.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER [--cache FOLDER] [--draws 2]
Prints a row a site: mean recall of its classes before, what the correction changes, and why it was refused if it was; then
what was accepted and what was refused in sum. About five seconds a site on one core, 45 sites a draw.
"""

import argparse
from pathlib import Path

import numpy as np

from abroad import calibrated
from data import LABELS, cell_rows
from marked_cells import Reader

# Cells of each class in one laboratory.
MIXTURES = {
    "normal blood, marrow's dyes": ("marrow", {"NGS": 60, "LYT": 30, "MON": 8, "EOS": 4}),
    "normal blood": ("peripheral", {"NGS": 60, "LYT": 30, "MON": 8, "EOS": 4, "BAS": 1}),
    "marrow": ("marrow", {label: 30 for label in ("BLA", "EOS", "LYT", "MON", "NGS", "NIF", "PMO")}),
    "blasts and lymphocytes": ("marrow", {"BLA": 90, "LYT": 60}),
    "blasts": ("marrow", {"BLA": 100, "LYT": 15, "NGS": 15, "MON": 10}),
    "lymphocytes and monocytes": ("marrow", {"LYT": 60, "MON": 60}),
    "eosinophils": ("marrow", {"EOS": 60, "LYT": 15, "NGS": 15}),
    "erythroblasts": ("peripheral", {"EBO": 70, "NGS": 20, "LYT": 20}),
    "young neutrophils": ("peripheral", {"MMZ": 60, "MYB": 60, "PMO": 40, "NGB": 30}),
}
# What becomes of red, green and blue density.
STAINS = {
    "usual": np.eye(3),
    "dark": 1.3 * np.eye(3),
    "tinted": np.diag([0.6, 0.9, 1.4]),
    "mixed": np.array([[0.8, 0.05, 0.1], [0.05, 0.85, 0.1], [-0.05, 0.25, 0.8]]),
    "mixed otherwise": np.array([[0.7, 0.15, 0.2], [0.1, 0.8, 0.15], [0.1, -0.15, 1.0]]),
}
HARM = 0.02     # mean recall lost


def restained(images: np.ndarray, stain: np.ndarray) -> np.ndarray:
    """uint8 OD [N, 96, 96, 3] in another stain."""
    return np.clip(np.rint(images.astype(np.float32) @ stain.T.astype(np.float32)), 0, 255).astype(np.uint8)


def drawn(labels: np.ndarray, sources: np.ndarray, lab: str, mixture: dict, rng) -> np.ndarray:
    """Indices of so many cells of each class, or as many as there are."""
    return np.concatenate([rng.permutation(np.flatnonzero((sources == lab) & (labels == LABELS.index(c))))[:n]
                           for c, n in mixture.items()])


def mean_recall(logits: np.ndarray, labels: np.ndarray) -> float:
    guess = logits.argmax(1)
    return float(np.mean([(guess[labels == c] == c).mean() for c in np.unique(labels)]))


def summary(name: str, changes: list[float]) -> str:
    if not changes:
        return f"{name}: none"
    return (f"{name}: {len(changes)} sites, mean recall {np.mean(changes):+.3f} by the correction, "
            f"{sum(c < -HARM for c in changes)} lose more than {HARM}, worst {min(changes):+.3f}, best {max(changes):+.3f}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True)
    p.add_argument("--cache", type=Path, help="run folder for cut cells, outside version control")
    p.add_argument("--draws", type=int, default=2, help="times that each site's cells are drawn")
    args = p.parse_args()
    cells = Reader(args.pack, args.segmenter, args.cache).cells("val")
    sources = np.array([row["source"] for row in cell_rows("val")])
    accepted, refused = [], []
    for draw in range(args.draws):
        rng = np.random.default_rng(draw)
        for mixture, (lab, counts) in MIXTURES.items():
            for stain, matrix in STAINS.items():
                chosen = drawn(cells.labels, sources, lab, counts, rng)
                site = calibrated(args.pack, restained(cells.images[chosen], matrix))
                before, after = (mean_recall(logits, cells.labels[chosen]) for logits in (site.before, site.after))
                (refused if site.refused else accepted).append(after - before)
                print(f"{mixture}, {stain}: {before:.3f} {after - before:+.3f}, gain {site.gain:+.3f}, "
                      f"anchors {site.anchors_gain:+.3f}, {site.refused or 'accepted'}", flush=True)
    print(summary("accepted", accepted))
    print(summary("refused", refused))


if __name__ == "__main__":
    main()
