"""Builds segmenter training canvases: 192 x 192 px OD images at 0.25 um/px with labels and distance maps.

Three kinds of canvas:
  field     one real labelled field or crop, mirrored outward until it fills the canvas;
  negative  red cells and platelets only: the largest cell-free strip of a field, mirrored outward;
  clump     cells cut out along their masks and pasted so that they touch or slightly overlap.

Labels: 0 background, 1 cytoplasm, 2 nucleus, 255 unknown (left out of the loss).
Distance: Euclidean distance to the edge of the pixel's own cell, divided by that cell's maximum; uint8, 255 = 1.
It is computed per cell before the cells are merged, so that touching cells keep a valley between them.
"""

from dataclasses import dataclass

import cv2
import numpy as np

SIZE = 192
UNKNOWN = 255
MIN_CELL_PX = 250   # 16 um^2 at 0.25 um/px: smaller pieces are remains cut by an image edge


@dataclass
class Sample:
    """OD uint8 [H, W, 3]; label uint8 [H, W]; cell numbers int32 [H, W] (0 outside)."""
    od: np.ndarray
    label: np.ndarray
    cells: np.ndarray


@dataclass
class Cutout:
    """One cell: OD uint8 [h, w, 3], label uint8 [h, w] with 0 outside the cell."""
    od: np.ndarray
    label: np.ndarray


def number_cells(label: np.ndarray) -> np.ndarray:
    """Connected components of cytoplasm + nucleus, int32; fragments below MIN_CELL_PX keep a number too."""
    inside = ((label == 1) | (label == 2)).astype(np.uint8)
    return cv2.connectedComponents(inside, connectivity=4)[1].astype(np.int32)


def distance_map(cells: np.ndarray) -> np.ndarray:
    """Per-cell normalised distance to the cell's own edge, uint8 [H, W]."""
    out = np.zeros(cells.shape, np.uint8)
    for number in range(1, cells.max() + 1):
        one = (cells == number).astype(np.uint8)
        if not one.any():
            continue
        y, x, h, w = bounds(one)
        # Pad with zeros except where the box lies on the image border: there the field ends, not the cell.
        top, bottom, left, right = edge_padding(y, x, h, w, cells.shape)
        part = cv2.copyMakeBorder(one[y:y + h, x:x + w], top, bottom, left, right, cv2.BORDER_CONSTANT, value=0)
        part = cv2.distanceTransform(part, cv2.DIST_L2, 5)[top:top + h, left:left + w]
        part = np.rint(255 * part / max(part.max(), 1.0)).astype(np.uint8)
        region = out[y:y + h, x:x + w]
        np.maximum(region, part, out=region)
    return out


def edge_padding(y, x, h, w, shape):
    """(top, bottom, left, right): 1 where that side of the bounding box does not lie on the image border."""
    return int(y > 0), int(y + h < shape[0]), int(x > 0), int(x + w < shape[1])


def bounds(mask: np.ndarray):
    """(y, x, height, width) of the non-zero pixels."""
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return rows[0], cols[0], rows[-1] - rows[0] + 1, cols[-1] - cols[0] + 1


def cut_out(sample: Sample) -> list[Cutout]:
    """Every whole cell of a sample that does not touch the image border and has a nucleus."""
    found = []
    for number in range(1, sample.cells.max() + 1):
        one = sample.cells == number
        if one.sum() < MIN_CELL_PX or not (sample.label[one] == 2).any():
            continue
        y, x, h, w = bounds(one)
        if y == 0 or x == 0 or y + h == one.shape[0] or x + w == one.shape[1]:
            continue
        part = one[y:y + h, x:x + w]
        found.append(Cutout(sample.od[y:y + h, x:x + w].copy(), np.where(part, sample.label[y:y + h, x:x + w], 0)))
    return found


def cell_free_strip(sample: Sample) -> np.ndarray | None:
    """The largest full-height or full-width strip without a cell or unknown pixel, or None below 40 px (10 um)."""
    busy = sample.label != 0
    if not busy.any():
        return sample.od
    y, x, h, w = bounds(cv2.dilate(busy.astype(np.uint8), np.ones((7, 7))))
    od = sample.od
    strips = [od[:, :x], od[:, x + w:], od[:y], od[y + h:]]
    best = max(strips, key=lambda s: s.shape[0] * s.shape[1])
    return best if min(best.shape[:2]) >= 40 else None


def fill(image: np.ndarray, offset=(0, 0)) -> np.ndarray:
    """Mirror an image outward until it fills SIZE x SIZE, then take a window at `offset` (y, x)."""
    grow_y = max(0, SIZE + offset[0] - image.shape[0])
    grow_x = max(0, SIZE + offset[1] - image.shape[1])
    pad = [(0, grow_y), (0, grow_x)] + [(0, 0)] * (image.ndim - 2)
    image = np.pad(image, pad, mode="symmetric")
    return image[offset[0]:offset[0] + SIZE, offset[1]:offset[1] + SIZE]


def field_canvas(sample: Sample, rng):
    """A real sample on a canvas: (od, label, distance)."""
    offset = (int(rng.integers(0, 48)), int(rng.integers(0, 48)))
    label = fill(sample.label, offset)
    return fill(sample.od, offset), label, fill(distance_map(sample.cells), offset)


def turned(cutout: Cutout, rng) -> Cutout:
    """Mirrored and rotated by a multiple of 90 degrees (the batch augmentation adds free angles)."""
    od, label = cutout.od, cutout.label
    if rng.random() < 0.5:
        od, label = od[:, ::-1], label[:, ::-1]
    turns = int(rng.integers(4))
    return Cutout(np.rot90(od, turns), np.rot90(label, turns))


def paste(od, label, cells, cutout: Cutout, y: int, x: int, number: int) -> None:
    """Paste one cell with its top-left corner at (y, x); a one-pixel feathered edge; parts outside are dropped."""
    h, w = cutout.label.shape
    y0, x0, y1, x1 = max(y, 0), max(x, 0), min(y + h, SIZE), min(x + w, SIZE)
    if y1 <= y0 or x1 <= x0:
        return
    inner = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
    outer = (slice(y0, y1), slice(x0, x1))
    inside = (cutout.label > 0).astype(np.float32)
    alpha = cv2.GaussianBlur(inside, (3, 3), 0.8)
    # Outside the mask the cutout shows its own surroundings, which would leave a halo: feather inward only.
    alpha = np.where(inside > 0, np.maximum(alpha, 0.5), 0)[inner][..., None]
    od[outer] = np.rint(alpha * cutout.od[inner] + (1 - alpha) * od[outer]).astype(np.uint8)
    here = inside[inner] > 0
    label[outer][here] = cutout.label[inner][here]
    cells[outer][here] = number


def clump_canvas(background: np.ndarray, cutouts: list[Cutout], rng):
    """Two to five cells pasted onto a cell-free background, most of them touching: (od, label, distance)."""
    od = fill(background, (int(rng.integers(0, 64)), int(rng.integers(0, 64)))).copy()
    label, cells = np.zeros((SIZE, SIZE), np.uint8), np.zeros((SIZE, SIZE), np.int32)
    for number in range(1, int(rng.integers(2, 7)) + 1):
        one = turned(cutouts[int(rng.integers(len(cutouts)))], rng)
        h, w = one.label.shape
        best = None
        for _ in range(12):
            y, x = int(rng.integers(-h // 3, SIZE - h // 2)), int(rng.integers(-w // 3, SIZE - w // 2))
            if number > 1 and rng.random() < 0.8:
                y, x = beside(cells, number - 1, h, w, rng)
            window = np.zeros((SIZE, SIZE), bool)
            y0, x0 = max(y, 0), max(x, 0)
            part = one.label[y0 - y:max(0, SIZE - y), x0 - x:max(0, SIZE - x)] > 0
            window[y0:y0 + part.shape[0], x0:x0 + part.shape[1]] = part
            overlap = (window & (cells > 0)).sum() / max(window.sum(), 1)
            if window.sum() > MIN_CELL_PX and overlap < 0.12:
                best = (y, x)
                break
        if best:
            paste(od, label, cells, one, *best, number)
    return od, label, distance_map(cells)


def beside(cells, number, h, w, rng):
    """A top-left corner that puts an h x w cell next to cell `number`, near contact."""
    ys, xs = np.nonzero(cells == number)
    if not len(ys):
        return int(rng.integers(SIZE - h // 2)), int(rng.integers(SIZE - w // 2))
    radius = np.sqrt(len(ys) / np.pi)
    reach = radius + np.sqrt(h * w / np.pi) * 0.9 + rng.normal(0, 2)
    angle = rng.uniform(0, 2 * np.pi)
    return (int(ys.mean() + reach * np.sin(angle) - h / 2), int(xs.mean() + reach * np.cos(angle) - w / 2))


def build(pools: dict[str, dict], shares: dict[str, float], count: int, rng):
    """Draws `count` canvases.

    pools: lab name -> {"samples": [Sample], "cutouts": [Cutout], "backgrounds": [OD uint8]}.
    shares: "<lab>/field", "<lab>/negative" or "<lab>/clump" -> relative frequency.
    Returns od uint8 [count, 192, 192, 3], label uint8 [count, 192, 192], distance uint8 [count, 192, 192].
    """
    kinds = sorted(shares)
    weights = np.array([shares[k] for k in kinds], float)
    od = np.empty((count, SIZE, SIZE, 3), np.uint8)
    label = np.empty((count, SIZE, SIZE), np.uint8)
    distance = np.empty((count, SIZE, SIZE), np.uint8)
    for i, kind in enumerate(rng.choice(kinds, size=count, p=weights / weights.sum())):
        lab, what = kind.split("/")
        pool = pools[lab]
        if what == "field":
            made = field_canvas(pool["samples"][int(rng.integers(len(pool["samples"])))], rng)
        else:
            background = pool["backgrounds"][int(rng.integers(len(pool["backgrounds"])))]
            if what == "negative":
                empty = np.zeros(background.shape[:2], np.uint8)
                made = field_canvas(Sample(background, empty, empty.astype(np.int32)), rng)
            else:
                made = clump_canvas(background, pool["cutouts"], rng)
        od[i], label[i], distance[i] = made
    return od, label, distance


def pool_of(samples: list[Sample]) -> dict:
    """Cutouts and cell-free backgrounds of a lab's samples, ready for `build`."""
    strips = [cell_free_strip(s) for s in samples]
    return {"samples": samples, "cutouts": [c for s in samples for c in cut_out(s)],
            "backgrounds": [s for s in strips if s is not None]}
