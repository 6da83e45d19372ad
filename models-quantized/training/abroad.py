"""Laboratories that gave no training pixel: their cells, and the site calibration as the daemon does it.

Usage: python abroad.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER
Prints JSON: for each set mean recall of its five classes, any of the 13 names allowed, before and after calibration on
its own unlabelled cells. Scales are estimates (README of the data); labels of cellavision and jtsc are unchecked.
"""

import argparse
import csv
import json
from pathlib import Path

import cv2
import numpy as np
import silence  # noqa: F401, must come first
import onnxruntime

from cell_masks import PX_PER_UM, faded, nearest_cell
from data import DATA, LABELS
from encoding import encode_od, read_rgb, to_working_scale
from evaluate import int8_segmenter, padded
from pack import open_session, read_pack

FIVE = [("neutrophil", ("NGS", "NGB")), ("lymphocyte", ("LYT",)), ("monocyte", ("MON",)), ("eosinophil", ("EOS",)),
        ("basophil", ("BAS",))]
SCALES = {"cells/lisc": 0.2, "masks/cellavision": 0.09, "masks/jtsc": 0.17}
SIDE = 96


def files_of(name: str) -> list[tuple[Path, int]]:
    """(image, index into FIVE) of every cell of a set."""
    if name == "cells/lisc":
        return [(p, k) for k, (folder, _) in enumerate(FIVE) for p in sorted((DATA / name / folder).iterdir())]
    with open(DATA / name / "labels.csv", newline="") as f:
        rows = [row for row in csv.reader(f) if row[-1].strip().isdigit()]
    return [(DATA / name / "images" / f"{int(row[0]):03d}.jpg", int(row[1]) - 1) for row in rows]


def centred_cell(segmenter, rgb: np.ndarray, um_per_px: float) -> np.ndarray:
    """The cell nearest to the middle of an image, OD uint8 [96, 96, 3], its surroundings faded."""
    od = to_working_scale(encode_od(rgb), um_per_px)
    labels, (x, y) = nearest_cell(*segmenter(padded(od)), od.shape[:2], np.inf)
    left, top = round(x - SIDE / 2), round(y - SIDE / 2)
    crop = lambda image: cv2.copyMakeBorder(image, SIDE, SIDE, SIDE, SIDE, cv2.BORDER_CONSTANT)[
        top + SIDE:top + 2 * SIDE, left + SIDE:left + 2 * SIDE]
    return faded(crop(od)[None], crop(labels)[None])[0]


def cells_of(name: str, segmenter) -> tuple[np.ndarray, np.ndarray]:
    """(faded crops uint8 [N, 96, 96, 3], labels [N] into FIVE)."""
    files = files_of(name)
    return (np.stack([centred_cell(segmenter, read_rgb(p), SCALES[name]) for p, _ in files]),
            np.array([k for _, k in files]))


def recalls(logits: np.ndarray, labels: np.ndarray) -> dict:
    """Recall of each of the five, their mean, and the share called blast."""
    guess = logits.argmax(1)
    each = {name: round(float(np.isin(guess[labels == k], [LABELS.index(c) for c in codes]).mean()), 4)
            for k, (name, codes) in enumerate(FIVE)}
    return {"cells": len(labels), "mean_recall": round(sum(each.values()) / len(each), 4), "recall": each,
            "called_blast": round(float(np.mean(guess == LABELS.index("BLA"))), 4)}


# -- site calibration, as org.kronocyte.classify.SiteCalibrator does it --------------------------------------------
ROUNDS = 8
MIN_CELLS, MAX_CELLS, MAX_SHARE, LEAST_CHANGE = 40, 400, 0.75, 0.1


def calibration_session(pack: Path):
    """ONNX Runtime session of a pack's graph-calibration.onnx with its int8 weights as real numbers."""
    manifest, _, expanded = read_pack(pack)
    names, values = [], []
    for entry, t in zip(manifest["layers"], expanded):
        kernel = t["weight"].astype(np.float32) * t["weight_scale"][:, None, None, None]
        for key, array in (("kernel", kernel), ("bias", t["bias"].astype(np.float32) * t["bias_scale"])):
            names.append(f"{entry['name']}.{key}")
            values.append(onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)))
    options = onnxruntime.SessionOptions()
    options.add_external_initializers(names, values)
    graph = (Path(pack) / "graph-calibration.onnx").read_bytes()
    return manifest, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def calibrated(manifest, session, cells: np.ndarray, strength: float = 1.0):
    """(logits without correction, logits with it, reason of a refusal or None, size of the correction)."""
    gains = [o.name for o in session.get_outputs() if o.name.endswith(".gain")]

    def run(mix, amount):
        feed = {"image": cells, "mix": mix[None].astype(np.float32), "strength": np.array([amount], np.float32)}
        logits, *found = session.run(["logits.real", *gains], feed)
        return logits, float(np.sqrt(np.mean(np.log(np.concatenate(found)) ** 2)))

    temperature = manifest["temperature"]
    mix = np.full(len(LABELS), 1 / len(LABELS))
    before, _ = run(mix, 0.0)
    after, change = run(mix, strength)
    for _ in range(ROUNDS - 1):
        mix = (mix + softmax(after / temperature).mean(0)) / 2
        after, change = run(mix, strength)
    sure, surer = (float(softmax(z / temperature).max(1).mean()) for z in (before, after))
    share = softmax(after / temperature).mean(0).max()
    reason = "too few cells" if len(cells) < MIN_CELLS else "odd mixture" if share > MAX_SHARE else \
        "as in training" if change < LEAST_CHANGE else "not recognised better" if surer <= sure else None
    return before, after, reason, round(change, 3)


def measure(pack: Path, segmenter) -> dict:
    """Every set before and after calibration on itself."""
    opened, found = calibration_session(pack), {}
    for name in SCALES:
        cells, labels = cells_of(name, segmenter)
        before, after, reason, change = calibrated(*opened, cells[:MAX_CELLS])
        found[name] = {"um_per_px": SCALES[name], "before": recalls(before, labels[:MAX_CELLS]),
                       "after": recalls(after, labels[:MAX_CELLS]), "change": change, "refused": reason}
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True)
    args = p.parse_args()
    segmenter = int8_segmenter(*open_session(args.segmenter, threads=1))
    print(json.dumps(measure(args.pack, segmenter), indent=1))


if __name__ == "__main__":
    main()
