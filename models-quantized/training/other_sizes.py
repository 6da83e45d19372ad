"""How far the classifier tells cells by their size: held-out cells shown smaller and larger than they are.

Usage: python other_sizes.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER [--split test]
Prints JSON. `one_class`: what cells of one class are called when they alone are shown in another size, as blasts of another
kind or activated lymphocytes would be. `all_cells`: what a wrong um/px does to every cell. Int8, undecided crops looked
at again, without site calibration, which mends an error of scale where it can measure neutrophils.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import silence  # noqa: F401, must come first

from cell_masks import central_cells, diameters_um, faded
from data import LABELS, load_cells
from evaluate import classifier_metrics, int8_classifier, int8_segmenter
from pack import open_session

ONE_CLASS = ("BLA", "LYT")
ONE_CLASS_ZOOMS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5)
ALL_CELLS_ZOOMS = (0.8, 0.9, 1.0, 1.1, 1.25)


def zoomed(images: np.ndarray, masks: np.ndarray, zoom: float) -> np.ndarray:
    """Crops OD uint8 [N, S, S, 3] magnified about their middle, then faded around their cell (label maps [N, S, S])."""
    side = images.shape[1]
    middle = (side - 1) / 2 * (1 - zoom)
    matrix = np.float32([[zoom, 0, middle], [0, zoom, middle]])
    size = (side, side)
    # Like a camera with larger pixels: what is shrunk is blurred first.
    soft = [cv2.GaussianBlur(x, (0, 0), 0.4 / zoom) if zoom < 1 else x for x in images]
    shown = [cv2.warpAffine(x, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT) for x in soft]
    cells = [cv2.warpAffine(m, matrix, size, flags=cv2.INTER_NEAREST) for m in masks]
    return faded(np.stack(shown), np.stack(cells))


def called(run, crops: np.ndarray) -> dict:
    """Share of the crops that each class is given to, the most frequent three."""
    counts = np.bincount(run(crops).argmax(1), minlength=len(LABELS)) / len(crops)
    return {LABELS[k]: round(float(counts[k]), 3) for k in np.argsort(-counts)[:3] if counts[k]}


def measure(run, images, masks, labels) -> dict:
    one, every = {}, {}
    for name in ONE_CLASS:
        of = labels == LABELS.index(name)
        quartiles = np.percentile(diameters_um(masks[of]), [25, 50, 75])
        one[name] = {"cells": int(of.sum()), "diameter_um_quartiles": [round(float(q), 1) for q in quartiles]}
        one[name] |= {str(z): called(run, zoomed(images[of], masks[of], z)) for z in ONE_CLASS_ZOOMS}
    for zoom in ALL_CELLS_ZOOMS:
        found = classifier_metrics(run, zoomed(images, masks, zoom), labels)
        every[str(zoom)] = {"macro_f1": found["macro_f1"]} | {name: found["f1"][name] for name in ONE_CLASS}
    return {"one_class": one, "all_cells": every}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True, help="pack that finds the central cells")
    p.add_argument("--split", default="test", choices=["val", "test"])
    args = p.parse_args()
    images, labels, _ = load_cells(args.split, 96)
    masks = central_cells(int8_segmenter(*open_session(args.segmenter, threads=2)), images)
    run = int8_classifier(*open_session(args.pack, threads=2))
    print(json.dumps({"split": args.split} | measure(run, images, masks, labels), indent=1))


if __name__ == "__main__":
    main()
