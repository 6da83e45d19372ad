"""Makes masks for single-cell crops that have none (marrow and peripheral, train rows), keeping only the clear ones.

Usage: python pseudo_masks.py --out RUN_FOLDER/pseudo.npz [--teacher RUN_FOLDER/model.pt] [--per-class 220]

Without a teacher the masks are classical: the nucleus is the dark side of Otsu's threshold on red + green optical
density, the cell is grown from it by GrabCut. With a teacher (a segmenter trained on those and on BCCD) the masks are
its averaged predictions, and pixels it is unsure about are marked unknown. A compact dark disc in the middle where the
teacher sees no cell is taken for a nucleus all the same, what may be its cytoplasm for unknown: else a teacher that misses
the black nuclei of late erythroblasts would hand that down.
Crops are 96 x 96 px at 0.25 um/px (160 px at 0.15 um/px). Labels: 0 background, 1 cytoplasm, 2 nucleus, 255 unknown.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from canvases import UNKNOWN, number_cells
from data import LABELS, load_cells
from evaluate import load_float
from instances import split_touching

SIDE = 96
OVERLOOKED_COPIES = 4   # of a crop whose nucleus the teacher overlooked: they are few, and it has learnt to leave them out
CENTRE = (SIDE - 1) / 2
PX_PER_UM = 4.0
YY, XX = np.mgrid[:SIDE, :SIDE]
RADIUS = np.hypot(YY - CENTRE, XX - CENTRE)


def disc(um: float) -> np.ndarray:
    """Structuring element with the given radius."""
    r = max(1, round(um * PX_PER_UM))
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1))


def stain_strength(od: np.ndarray) -> np.ndarray:
    """Red + green OD as uint8 (half scale): nuclei dark in both, red cells mostly in blue and green."""
    return ((od[..., 0].astype(np.uint16) + od[..., 1]) // 2).astype(np.uint8)


def clear_ground(od: np.ndarray) -> np.ndarray:
    """Where no channel is darker than empty slide (the lightest twentieth of the crop, with some room)."""
    darkest = od.max(axis=2)
    return darkest < max(12, np.percentile(darkest, 5) + 8)


def dark_level(od: np.ndarray) -> float:
    """Otsu threshold between nucleus and everything else, from the central 9 um disc."""
    strength = cv2.GaussianBlur(stain_strength(od), (0, 0), 1.0)
    return cv2.threshold(strength[RADIUS < 9 * PX_PER_UM][:, None], 0, 255, cv2.THRESH_OTSU)[0]


def without_specks(mask: np.ndarray, area_um2: float) -> np.ndarray:
    """Drops components smaller than area_um2 and fills holes smaller than it."""
    for value in (1, 0):
        _, number, stats, _ = cv2.connectedComponentsWithStats((mask == value).astype(np.uint8), connectivity=4)
        small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < area_um2 * PX_PER_UM ** 2)
        mask = np.where(np.isin(number, small) & (mask == value), 1 - value, mask).astype(np.uint8)
    return mask


def dark_regions(od: np.ndarray, level: float) -> np.ndarray:
    """0 / 1: where the stain is stronger than `level`, without specks."""
    return without_specks((cv2.GaussianBlur(stain_strength(od), (0, 0), 1.0) > level).astype(np.uint8), 2.0)


def solidity(mask: np.ndarray) -> float:
    """Area of the largest region of a 0 / 1 mask over that of its convex hull."""
    outline = max(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    return cv2.contourArea(outline) / max(cv2.contourArea(cv2.convexHull(outline)), 1)


def classical(od: np.ndarray):
    """(label without unknowns, True) for the central cell, or (None, False) when it is not clear."""
    dark = dark_regions(od, dark_level(od))
    _, number = cv2.connectedComponents(dark, connectivity=4)
    core = np.unique(number[(RADIUS < 4 * PX_PER_UM) & (dark > 0)])
    nucleus = np.isin(number, core[core > 0]).astype(np.uint8)
    if nucleus.sum() < 12 * PX_PER_UM ** 2:
        return None, False
    # GrabCut: certain inside the nucleus, certain outside far from it and where the slide is clear.
    clear = clear_ground(od)
    near, far = cv2.dilate(nucleus, disc(1.0)), cv2.dilate(nucleus, disc(4.5))
    hull = np.zeros_like(nucleus)
    points = cv2.findNonZero(nucleus)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    guess = np.full((SIDE, SIDE), cv2.GC_PR_BGD, np.uint8)
    guess[(cv2.dilate(hull, disc(1.5)) > 0) & ~clear] = cv2.GC_PR_FGD
    guess[(far == 0) | (clear & (near == 0))] = cv2.GC_BGD
    guess[nucleus > 0] = cv2.GC_FGD
    try:
        cv2.grabCut(od, guess, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    except cv2.error:
        return None, False
    cell = np.isin(guess, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    cell = cv2.morphologyEx(cell, cv2.MORPH_OPEN, disc(1.0))
    cell = without_specks(cv2.morphologyEx(cell, cv2.MORPH_CLOSE, disc(0.75)), 8.0)
    return combine(cell, nucleus)


def combine(cell: np.ndarray, nucleus: np.ndarray):
    """Label map of the central cell and whether it is plausible: central, whole, compact, with a fitting nucleus."""
    _, number = cv2.connectedComponents(cell, connectivity=4)
    inner = number[(RADIUS < 3 * PX_PER_UM) & (cell > 0)]
    if not inner.size:
        return None, False
    cell = (number == np.bincount(inner).argmax()).astype(np.uint8)
    nucleus = nucleus * cell
    area, inside = cell.sum() / PX_PER_UM ** 2, nucleus.sum() / max(cell.sum(), 1)
    rim = np.concatenate([cell[0], cell[-1], cell[:, 0], cell[:, -1]]).sum()
    ys, xs = np.nonzero(cell)
    off = np.hypot(ys.mean() - CENTRE, xs.mean() - CENTRE) / PX_PER_UM
    good = 30 < area < 330 and 0.15 < inside < 0.97 and rim < 12 and solidity(cell) > 0.92 and off < 2.5
    return np.where(nucleus > 0, 2, cell).astype(np.uint8), bool(good)


def neighbours_unknown(od: np.ndarray, label: np.ndarray, level: float) -> np.ndarray:
    """Marks what may be another nucleated cell, and the cell's own blurred edge, as unknown.

    Small lone dark spots (platelets, debris) stay background on purpose.
    """
    cell = (label > 0).astype(np.uint8)
    strength = cv2.GaussianBlur(stain_strength(od), (0, 0), 1.0)
    dark = ((strength > 0.7 * level) & (cv2.dilate(cell, disc(0.5)) == 0)).astype(np.uint8)
    _, number, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    at_rim = np.unique(np.concatenate([number[0], number[-1], number[:, 0], number[:, -1]]))
    big = [k for k in range(1, len(stats)) if stats[k, cv2.CC_STAT_AREA] > 9 * PX_PER_UM ** 2
           or (k in at_rim and stats[k, cv2.CC_STAT_AREA] > 2 * PX_PER_UM ** 2)]
    others = cv2.dilate(np.isin(number, big).astype(np.uint8), disc(3.0))
    # Stained pixels close to the cell may be pale cytoplasm that GrabCut gave away.
    doubtful = (cv2.dilate(cell, disc(2.5)) > 0) & ~clear_ground(od)
    edge = cv2.morphologyEx(cell, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.where((((others > 0) | doubtful) & (cell == 0)) | (edge > 0), UNKNOWN, label).astype(np.uint8)


@torch.no_grad()
def teacher_maps(model, od: np.ndarray):
    """Mean class probabilities [N, 3, 96, 96] and distance [N, 96, 96] over the eight mirrorings and quarter turns."""
    x = torch.from_numpy(od).permute(0, 3, 1, 2).float() / 255
    total = 0
    for turns in range(4):
        for mirror in (False, True):
            logits, distance = model(torch.rot90(x.flip(3) if mirror else x, turns, (2, 3)))
            maps = torch.cat([logits.softmax(1), distance.clamp(0, 1)], 1)
            maps = F.interpolate(maps, scale_factor=2.0, mode="bilinear", align_corners=False)
            maps = torch.rot90(maps, -turns, (2, 3))
            total = total + (maps.flip(3) if mirror else maps)
    maps = (total / 8).numpy()
    return maps[:, :3], maps[:, 3]


def lone_specks(unsure: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Small unsure spots (below 9 um^2) away from cells and from the crop's edge: platelets, taught as background."""
    _, number, stats, _ = cv2.connectedComponentsWithStats(unsure.astype(np.uint8), connectivity=8)
    close = cv2.dilate(cell, disc(1.0)) > 0
    close[[0, -1]] = close[:, [0, -1]] = True
    busy = np.unique(number[close])
    lone = [k for k in range(1, len(stats)) if k not in busy and stats[k, cv2.CC_STAT_AREA] < 9 * PX_PER_UM ** 2]
    return np.isin(number, lone)


def taught(od: np.ndarray, p: np.ndarray, distance: np.ndarray, sure=0.8):
    """(label, cell numbers, kept?) of a whole crop from teacher maps; unsure pixels are unknown."""
    cell = ((p[1] + p[2]) > 0.5) & ~clear_ground(od)
    cell = without_specks(cv2.morphologyEx(cell.astype(np.uint8), cv2.MORPH_OPEN, disc(0.5)), 4.0)
    numbers = split_touching(cell, distance)
    middle = numbers[(RADIUS < 3 * PX_PER_UM) & (numbers > 0)]
    if not middle.size:
        return None, None, False
    central = (numbers == np.bincount(middle).argmax()).astype(np.uint8)
    nucleus = ((p[2] > p[1]) & (cell > 0)).astype(np.uint8)
    _, good = combine(central, nucleus)
    inside = p[1] + p[2]
    # Leave out pixels where "cell or not" is open; stained pixels beyond the cell are open more easily than clear ones.
    unsure = (np.maximum(inside, 1 - inside) < sure) & ~clear_ground(od)
    dark = stain_strength(od) > dark_level(od)
    unsure |= dark & (cell == 0) & (inside > 0.1)
    unsure &= ~lone_specks(unsure, cell)
    label = np.where(unsure, UNKNOWN, np.where(nucleus > 0, 2, cell)).astype(np.uint8)
    good = good and np.mean(unsure[central > 0]) < 0.25 and np.mean(dark[(nucleus > 0) & (central > 0)]) > 0.8
    return label, numbers, bool(good)


def overlooked_nucleus(od: np.ndarray, p: np.ndarray):
    """(label, True) of a crop whose compact dark middle the teacher's maps `p` call background, or (None, False)."""
    level = dark_level(od)
    dark = dark_regions(od, level)
    _, number = cv2.connectedComponents(dark, connectivity=4)
    middle = number[(RADIUS < 2 * PX_PER_UM) & (dark > 0)]
    if not middle.size:
        return None, False
    nucleus = (number == np.bincount(middle).argmax()).astype(np.uint8)
    area, seen = nucleus.sum() / PX_PER_UM ** 2, np.mean(p[2][nucleus > 0] > 0.5)
    if not (12 < area < 80 and solidity(nucleus) > 0.92 and seen < 0.5):
        return None, False
    around = (cv2.dilate(nucleus, disc(4.5)) > 0) & ~clear_ground(od)
    label = neighbours_unknown(od, nucleus * 2, level)
    return np.where(nucleus > 0, 2, np.where(around, UNKNOWN, label)).astype(np.uint8), True


def platelet_crop(od: np.ndarray) -> np.ndarray:
    """Label of a crop centred on a platelet: background, except large dark things, which may be cells."""
    return neighbours_unknown(od, np.zeros((SIDE, SIDE), np.uint8), 90.0)


def chosen(labels, sources, per_class: int, rng) -> np.ndarray:
    """Up to per_class crops of every class and laboratory, three times as many erythroblasts, whose nuclei are the most
    unlike each other; NIF (not identifiable) is left out."""
    keys = [(l, s) for l, s in zip(labels, sources)]
    picked = []
    for key in sorted(set(keys)):
        if LABELS[key[0]] == "NIF":
            continue
        rows = np.array([i for i, k in enumerate(keys) if k == key])
        picked.extend(rng.permutation(rows)[:per_class * (3 if LABELS[key[0]] == "EBO" else 1)])
    return np.array(picked)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--teacher", type=Path)
    p.add_argument("--per-class", type=int, default=220)
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()
    cv2.setRNGSeed(args.seed)
    torch.set_num_threads(2)
    images, labels, sources = load_cells("train", SIDE)
    rows = chosen(labels, sources, args.per_class, np.random.default_rng(args.seed))
    model = load_float(args.teacher) if args.teacher else None
    kept = {"od": [], "label": [], "cells": [], "lab": []}
    for start in range(0, len(rows), 64):
        part = rows[start:start + 64]
        maps = zip(*teacher_maps(model, images[part])) if model else [None] * len(part)
        for row, taught_maps in zip(part, maps):
            od, cells, copies = images[row], None, 1
            if LABELS[labels[row]] == "PLT":
                label, good = platelet_crop(od), True
            elif model:
                label, cells, good = taught(od, *taught_maps)
                if not good:
                    cells, (label, good) = None, overlooked_nucleus(od, taught_maps[0])
                    copies = OVERLOOKED_COPIES
            else:
                label, good = classical(od)
                label = neighbours_unknown(od, label, dark_level(od)) if good else None
            if good:
                cells = number_cells(label) if cells is None else cells
                for key, value in zip(kept, (od, label, cells, sources[row])):
                    kept[key].extend([value] * copies)
    np.savez(args.out, **{k: np.array(v) for k, v in kept.items()})
    print(f"kept {len(kept['od'])} of {len(rows)} crops:",
          {lab: kept["lab"].count(lab) for lab in sorted(set(kept["lab"]))})


if __name__ == "__main__":
    main()
