"""Crops that show no single white cell, to tell how well a network knows what it doesn't know.

They choose nothing but the form of the unlikeness score (reliability.py); its threshold comes from cells alone.
"""

import cv2
import numpy as np

from cell_masks import faded
from no_cells import load_no_cells

SIDE, PATCH = 96, 16
EACH = 150


def outliers(cells: np.ndarray, fold: str, seed: int) -> dict[str, np.ndarray]:
    """Kind -> OD uint8 [N, 96, 96, 3].

    cells: crops of real cells, which are spoilt; fold: of BCCD, whose red cells and background are cut.
    """
    rng = np.random.default_rng(seed)
    some = cells[rng.permutation(len(cells))[:EACH]]
    noise = rng.integers(0, 256, (EACH, SIDE, SIDE, 3), np.uint8)
    empty = load_no_cells(fold, SIDE, each=EACH, seed=seed)
    return {
        "blurred": np.stack([cv2.GaussianBlur(c, (0, 0), 8) for c in some]),
        "inverted": 255 - some,
        "noise": np.stack([cv2.GaussianBlur(n, (0, 0), s) for n, s in zip(noise, rng.uniform(0.5, 4, EACH))]),
        "shuffled": np.stack([shuffled(c, rng) for c in some]),
        "two_cells": np.stack([side_by_side(a, b) for a, b in zip(some, np.roll(some, 1, axis=0))]),
        "deposit": np.stack([deposit(rng) for _ in range(EACH)]),
        **{kind: faded(*crops) for kind, crops in empty.items()}}


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
