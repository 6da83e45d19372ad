"""Crops that show no single white cell, to tell how well a network knows what it doesn't know.

They choose nothing but the form of the unlikeness score (reliability.py); its threshold comes from cells alone.
"""

import csv

import cv2
import numpy as np

from cell_masks import faded
from data import BCCD_UM_PER_PX, DATA, bccd_names, load_bccd
from encoding import UM_PER_PX, encode_od, to_working_scale

SIDE, PATCH = 96, 16
EACH = 150


def outliers(cells: np.ndarray, fold: str, seed: int) -> dict[str, np.ndarray]:
    """Kind -> OD uint8 [N, 96, 96, 3].

    cells: crops of real cells, which are spoilt; fold: of BCCD, whose red cells and background are cut.
    """
    rng = np.random.default_rng(seed)
    some = cells[rng.permutation(len(cells))[:EACH]]
    noise = rng.integers(0, 256, (EACH, SIDE, SIDE, 3), np.uint8)
    red, empty = red_cells_and_background(fold, rng)
    return {
        "blurred": np.stack([cv2.GaussianBlur(c, (0, 0), 8) for c in some]),
        "inverted": 255 - some,
        "noise": np.stack([cv2.GaussianBlur(n, (0, 0), s) for n, s in zip(noise, rng.uniform(0.5, 4, EACH))]),
        "shuffled": np.stack([shuffled(c, rng) for c in some]),
        "two_cells": np.stack([side_by_side(a, b) for a, b in zip(some, np.roll(some, 1, axis=0))]),
        "deposit": np.stack([deposit(rng) for _ in range(EACH)]),
        "red_cells": red, "background": empty}


def ellipse(radius, ratio=1.0, angle=0.0) -> np.ndarray:
    """uint8 [96, 96]: 1 in the ellipse in the middle."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return ((u / radius) ** 2 + (v / (radius * ratio)) ** 2 <= 1).astype(np.uint8)


def shuffled(cell, rng):
    """The same pieces in another order: right colours, no cell."""
    n = SIDE // PATCH
    pieces = cell.reshape(n, PATCH, n, PATCH, 3).swapaxes(1, 2).reshape(n * n, PATCH, PATCH, 3)[rng.permutation(n * n)]
    return pieces.reshape(n, n, PATCH, PATCH, 3).swapaxes(1, 2).reshape(SIDE, SIDE, 3)


def side_by_side(a, b):
    moved = lambda cell, by: cv2.warpAffine(cell, np.float32([[1, 0, by], [0, 1, 0]]), (SIDE, SIDE))
    return np.maximum(moved(a, -SIDE / 4), moved(b, SIDE / 4))


def deposit(rng):
    """A lump of stain: any colour, any outline, cloudy inside."""
    cloud = cv2.GaussianBlur(rng.normal(size=(SIDE, SIDE)).astype(np.float32), (0, 0), rng.uniform(2, 6))
    density = np.clip(0.8 + 0.25 * cloud / cloud.std(), 0, 1.2)
    shape = ellipse(rng.uniform(12, 34), rng.uniform(0.4, 1), rng.uniform(0, 3))
    return np.clip((shape * density)[..., None] * rng.uniform((60, 80, 40), 255), 0, 255).astype(np.uint8)


def red_cells_and_background(fold, rng):
    """BCCD crops without a white cell, faded as if a segmenter had taken what is in the middle for one."""
    with open(DATA / "masks/bccd/boxes.csv", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["label"] == "RBC"]
    red, empty, scale = [], [], BCCD_UM_PER_PX / UM_PER_PX
    for name in bccd_names(fold):
        rgb, mask = load_bccd(name)
        od = cv2.copyMakeBorder(to_working_scale(encode_od(rgb), BCCD_UM_PER_PX), *[SIDE] * 4, cv2.BORDER_CONSTANT)

        def crop(x, y):
            left, top = int(x * scale) + SIDE // 2, int(y * scale) + SIDE // 2
            return od[top:top + SIDE, left:left + SIDE]

        for r in (r for r in rows if r["image"] == name):
            x0, y0, x1, y1 = (int(float(r[k])) for k in ("xmin", "ymin", "xmax", "ymax"))
            if min(x0, y0) >= 5 and x1 <= 635 and y1 <= 475 and not mask[y0:y1, x0:x1].any():
                red.append((crop((x0 + x1) / 2, (y0 + y1) / 2), ellipse((x1 - x0 + y1 - y0) / 4 * scale)))
        for x, y in rng.integers((40, 40), (600, 440), (4, 2)):
            if not mask[max(0, y - 60):y + 60, max(0, x - 60):x + 60].any():
                empty.append((crop(x, y), ellipse(rng.uniform(10, 30))))
    some = lambda pairs: [pairs[i] for i in rng.permutation(len(pairs))[:EACH]]
    return [faded(np.stack([c for c, _ in part]), np.stack([m for _, m in part])) for part in (some(red), some(empty))]
