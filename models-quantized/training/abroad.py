"""Laboratories that gave no training pixel: their cells, and the site calibration as the daemon does it.

Usage: python abroad.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER
Prints JSON: for each set mean recall of its classes, any of the 13 names allowed, before and after calibration on its own
unlabelled cells. Scales are estimates (README of the data); labels of cellavision and jtsc are unchecked. Raabin's cells
were named by eye in `raabin_cells.csv` by one reader who is no haematologist and had seen what classifier 1.5.0 called
them; what that reader could not tell is not in the file, and no neutrophil is.
"""

import argparse
import csv
import json
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import silence  # noqa: F401, must come first
import onnxruntime

from cell_masks import MARGIN_UM, diameters_um, faded, nearest_cell
from data import DATA, LABELS, RAABIN_UM_PER_PX
from encoding import encode_od, read_rgb, to_working_scale
from evaluate import int8_segmenter, looking_again, padded
from pack import open_session, read_pack

FIVE = [("neutrophil", ("NGS", "NGB")), ("lymphocyte", ("LYT",)), ("monocyte", ("MON",)), ("eosinophil", ("EOS",)),
        ("basophil", ("BAS",))]
SCALES = {"cells/lisc": 0.2, "masks/cellavision": 0.09, "masks/jtsc": 0.17, "fields/raabin": RAABIN_UM_PER_PX}
# Comes with the program, which measures itself on the same cells.
RAABIN_CELLS = Path(__file__).resolve().parents[2] / "device-app/src/main/resources/org/kronocyte/evaluate/raabin_cells.csv"
RAABIN_NAMES = {"LYT": 1, "MON": 2, "EOS": 3, "BAS": 4}      # into FIVE
SIDE = 96


@dataclass(frozen=True)
class Marked:
    """A cell of a set: its image, its class's index into FIVE, where it is in the image (x, y) in pixels, or in the middle."""
    image: Path
    label: int
    place: tuple[float, float] | None = None


def marked_in(name: str) -> list[Marked]:
    """Every cell of a set that has a name."""
    if name == "cells/lisc":
        return [Marked(p, k) for k, (folder, _) in enumerate(FIVE) for p in sorted((DATA / name / folder).iterdir())]
    if name == "fields/raabin":
        with open(RAABIN_CELLS, newline="") as f:
            return [Marked(DATA / name / "images" / f"{row['image']}.jpg", RAABIN_NAMES[row["label"]],
                           (float(row["x"]), float(row["y"]))) for row in csv.DictReader(f)]
    with open(DATA / name / "labels.csv", newline="") as f:
        rows = [row for row in csv.reader(f) if row[-1].strip().isdigit()]
    return [Marked(DATA / name / "images" / f"{int(row[0]):03d}.jpg", int(row[1]) - 1) for row in rows]


def crop_around(segmenter, rgb: np.ndarray, um_per_px: float, place: tuple[float, float] | None = None,
                zoom: float = 1.0) -> tuple[np.ndarray, np.ndarray, float]:
    """The cell nearest to a place (x, y) in an image, or to its middle, OD uint8 [96, 96, 3], its surroundings faded; its
    label map [96, 96]; its diameter in um, however much of it the crop shows.

    zoom: the crop is magnified by it, as by a site's cell size.
    """
    od = to_working_scale(encode_od(rgb), um_per_px)
    middle = place and (place[0] * od.shape[1] / rgb.shape[1], place[1] * od.shape[0] / rgb.shape[0])
    labels, (x, y) = nearest_cell(*segmenter(padded(od)), od.shape[:2], np.inf, middle)
    wide = round(SIDE / zoom)
    left, top = round(x - wide / 2), round(y - wide / 2)
    crop = lambda image: cv2.copyMakeBorder(image, wide, wide, wide, wide, cv2.BORDER_CONSTANT)[
        top + wide:top + 2 * wide, left + wide:left + 2 * wide]
    sized = lambda image, how: image if wide == SIDE else cv2.resize(image, (SIDE, SIDE), interpolation=how)
    mask = sized(crop(labels), cv2.INTER_NEAREST)
    image = sized(crop(od), cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    return faded(image[None], mask[None], MARGIN_UM * zoom)[0], mask, float(diameters_um(labels[None])[0])


def marked_cells(name: str, segmenter, zoom: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(faded crops uint8 [N, 96, 96, 3], their label maps uint8 [N, 96, 96], diameters in um [N], labels [N] into FIVE)."""
    cells = marked_in(name)
    crops, masks, diameters = zip(*(crop_around(segmenter, read_rgb(c.image), SCALES[name], c.place, zoom) for c in cells))
    return np.stack(crops), np.stack(masks), np.array(diameters), np.array([c.label for c in cells])


def cells_of(name: str, segmenter, zoom: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(faded crops uint8 [N, 96, 96, 3], diameters in um [N], labels [N] into FIVE)."""
    crops, _, diameters, labels = marked_cells(name, segmenter, zoom)
    return crops, diameters, labels


def recalls(logits: np.ndarray, labels: np.ndarray) -> dict:
    """Recall of each of the five that is there, their mean, and the share called blast."""
    guess = logits.argmax(1)
    each = {name: round(float(np.isin(guess[labels == k], [LABELS.index(c) for c in codes]).mean()), 4)
            for k, (name, codes) in enumerate(FIVE) if (labels == k).any()}
    return {"cells": len(labels), "mean_recall": round(sum(each.values()) / len(each), 4), "recall": each,
            "called_blast": round(float(np.mean(guess == LABELS.index("BLA"))), 4)}


# -- site calibration, as org.kronocyte.classify.SiteCalibrator and StainLearner do it -----------------------------
MIXTURE_ROUNDS, ANCHOR_ROUNDS = 8, 3
MIN_CELLS, MAX_CELLS, MAX_SHARE, SMALL_CHANGE = 40, 400, 0.75, 0.1
LEAST_GAIN, LEAST_GAIN_RESIZED = 0.03, 0.02
ANCHORS, SURELY, MIN_ANCHORS = [LABELS.index(c) for c in ("NGS", "NGB", "EOS", "LYT")], 0.75, 20
NO_NEUTROPHILS, MIN_OTHERS = slice(2, 4), 5     # of the anchors


def calibration_session(pack: Path, corrections: dict | None = None):
    """(manifest, ONNX Runtime session) of a pack's graph-calibration.onnx with its int8 weights as real numbers.

    corrections: layer -> (gain, shift), folded into the weights.
    """
    manifest, _, expanded = read_pack(pack)
    names, values = [], []
    for entry, t in zip(manifest["layers"], expanded):
        gain, shift = (corrections or {}).get(entry["name"], (np.float32(1), np.float32(0)))
        kernel = t["weight"].astype(np.float32) * (t["weight_scale"] * gain)[:, None, None, None]
        bias = t["bias"].astype(np.float32) * t["bias_scale"] * gain + shift
        for key, array in (("kernel", kernel), ("bias", bias)):
            names.append(f"{entry['name']}.{key}")
            values.append(onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array.astype(np.float32))))
    options = onnxruntime.SessionOptions()
    options.add_external_initializers(names, values)
    graph = (Path(pack) / "graph-calibration.onnx").read_bytes()
    return manifest, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def corrected(session, cells: np.ndarray, mix: np.ndarray, strength: float = 1.0):
    """(logits, layer -> (gain, shift)) of cells moved to the moments that their mixture had in training."""
    names = [o.name for o in session.get_outputs()]
    feed = {"image": cells, "mix": mix[None].astype(np.float32), "strength": np.array([strength], np.float32)}
    found = dict(zip(names, session.run(names, feed)))
    layers = {n.removesuffix(".gain"): (v, found[n.removesuffix(".gain") + ".shift"]) for n, v in found.items()
              if n.endswith(".gain")}
    return found["logits.real"], layers


@dataclass(frozen=True)
class Calibrated:
    """Logits [N, 13] without and with a site's correction; its size; the mean probability that all cells and the anchors
    gain; why it is refused."""
    before: np.ndarray
    after: np.ndarray
    change: float
    gain: float
    anchors_gain: float
    refused: str | None


def calibrated(pack: Path, cells: np.ndarray, magnified: np.ndarray | None = None) -> Calibrated:
    """Cells are named by these logits, undecided ones looked at again; calibration looks at each once.

    magnified: the same cells in the size of training, which a correction is then learnt from and used with.
    """
    manifest, session = calibration_session(pack)
    shown = cells if magnified is None else magnified
    named = lambda of, crops: looking_again(lambda c: corrected(of, c, np.zeros(len(LABELS)), 0.0)[0], manifest)(crops)
    chances = lambda logits: softmax(logits / manifest["temperature"])
    mix = np.full(len(LABELS), 1 / len(LABELS))
    before, _ = corrected(session, cells, mix, 0.0)
    after, _ = corrected(session, shown, mix)
    for _ in range(MIXTURE_ROUNDS - 1):
        mix = (mix + chances(after).mean(0)) / 2
        after, _ = corrected(session, shown, mix)
    for _ in range(ANCHOR_ROUNDS):
        share = chances(after)[:, ANCHORS]
        sure = share.sum(1) >= SURELY
        if sure.sum() < MIN_ANCHORS or share[sure, NO_NEUTROPHILS].sum() < MIN_OTHERS:
            return Calibrated(named(session, cells), named(session, shown), 0.0, 0.0, 0.0, "too few anchors")
        mix = np.zeros(len(LABELS))
        mix[ANCHORS] = (share[sure] / share[sure].sum(1, keepdims=True)).mean(0)
        _, layers = corrected(session, shown[sure], mix)
        _, learnt = calibration_session(pack, layers)
        after, _ = corrected(learnt, shown, mix, 0.0)
    change = float(np.sqrt(np.mean(np.log(np.concatenate([gain for gain, _ in layers.values()])) ** 2)))
    surer = chances(after).max(1) - chances(before).max(1)
    gain, anchors_gain, reason = float(surer.mean()), float(surer[sure].mean()), None
    if len(cells) < MIN_CELLS:
        reason = "too few cells"
    elif chances(after).mean(0).max() > MAX_SHARE:
        reason = "odd mixture"
    elif gain < LEAST_GAIN_RESIZED or magnified is None and min(gain, anchors_gain) < LEAST_GAIN:
        reason = "as in training" if change < SMALL_CHANGE else "not recognised better"
    return Calibrated(named(session, cells), named(learnt, shown), change, gain, anchors_gain, reason)


MIN_NEUTROPHILS, SURE_NEUTROPHIL, MAX_SPREAD, LEAST_ZOOM, MAX_ZOOM = 10, 0.7, 1.35, 1.05, 1.5


def site_zoom(manifest, logits: np.ndarray, diameters: np.ndarray) -> float:
    """What a site's crops are magnified by, told by its neutrophils (org.kronocyte.classify.SizeMeter); 1 for nothing."""
    ruler = manifest["ruler"]
    sure = softmax(logits / manifest["temperature"])[:, [LABELS.index(c) for c in ruler["labels"]]].sum(1) >= SURE_NEUTROPHIL
    sizes = np.sort(diameters[sure])
    if len(sizes) < MIN_NEUTROPHILS or sizes[len(sizes) * 3 // 4] > MAX_SPREAD * sizes[len(sizes) // 4]:
        return 1.0
    zoom = ruler["diameter_um"] / float(np.median(sizes))
    return round(zoom, 3) if LEAST_ZOOM <= max(zoom, 1 / zoom) <= MAX_ZOOM else 1.0


@dataclass(frozen=True)
class Sized:
    """Logits [N, 13] at the first look, as the cells came and magnified by `zoom`; whether that may be kept."""
    zoom: float
    before: np.ndarray
    after: np.ndarray
    fits: bool


def size_alone(manifest, run, cells: np.ndarray, diameters: np.ndarray, magnified) -> Sized | None:
    """What is corrected where a stain isn't: the size, told by what the model as it came takes for neutrophils.

    run: crops -> logits; magnified: zoom -> the same cells in that size. None if the size needs no correction or can't be
    told.
    """
    before = run(cells)
    zoom = site_zoom(manifest, before, diameters)
    if zoom == 1:
        return None
    after = run(magnified(zoom))
    chances = lambda logits: softmax(logits / manifest["temperature"])
    shares = chances(after).mean(0)
    measured = shares[[LABELS.index(c) for c in manifest["ruler"]["labels"]]].sum()
    surer = chances(after).max(1).mean() - chances(before).max(1).mean()
    return Sized(zoom, before, after, bool(surer >= 0 and max(measured, shares.max()) <= MAX_SHARE))


def measure(pack: Path, segmenter) -> dict:
    """Every set before and after calibration on itself."""
    manifest, session = calibration_session(pack)
    run = lambda crops: corrected(session, crops, np.zeros(len(LABELS)), 0.0)[0]
    found = {}
    for name in SCALES:
        cells, diameters, labels = (a[:MAX_CELLS] for a in cells_of(name, segmenter))
        learnt = calibrated(pack, cells)
        zoom = site_zoom(manifest, learnt.after, diameters)
        if zoom != 1:
            learnt = calibrated(pack, cells, cells_of(name, segmenter, zoom)[0][:MAX_CELLS])
        if learnt.refused:
            magnified = lambda z: cells_of(name, segmenter, z)[0][:MAX_CELLS]
            sized = size_alone(manifest, run, cells, diameters, magnified)
            if sized and sized.fits:
                after = looking_again(run, manifest)(magnified(sized.zoom))
                learnt, zoom = replace(learnt, after=after, change=0.0, refused=None), sized.zoom
        found[name] = {"um_per_px": SCALES[name], "zoom": zoom, "before": recalls(learnt.before, labels),
                       "after": recalls(learnt.after, labels), "change": round(learnt.change, 3), "refused": learnt.refused}
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
