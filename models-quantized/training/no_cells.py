"""Places in BCCD's fields that show no white cell, for a classifier to learn that they are none of its classes.

Hendrycks et al., "Deep Anomaly Detection with Outlier Exposure", ICLR 2019: what is told to belong to no class also
makes other strange things look less like a class. Red cells are the data set's own boxes; background is drawn at random;
platelets are a class of their own. A round mask stands for what a segmenter would have taken for a cell.
"""

import csv
from dataclasses import dataclass

import cv2
import numpy as np

from bccd_cells import SIDE_UM, cut
from data import BCCD_UM_PER_PX, DATA, bccd_names, load_bccd
from encoding import encode_od

BACKGROUNDS = 4                 # of a field
CLEAR_PX = 60                   # a background keeps this far from white cells
MIN_RADIUS_UM = 1.5
MARGIN_PX = 5                   # a box this near to the field's edge is cut off


@dataclass(frozen=True)
class Place:
    """Of one field: what is there, its middle in pixels, and half its width in um."""
    kind: str                   # red_cells or background
    x: float
    y: float
    radius_um: float


def places(name: str, rng: np.random.Generator, boxes: list[dict], mask: np.ndarray) -> list[Place]:
    """Of the field `name`: every red cell whose whole box holds nothing of a white cell, and some backgrounds."""
    height, width = mask.shape
    found = []
    for row in (r for r in boxes if r["image"] == name and r["label"] == "RBC"):
        x0, y0, x1, y1 = (int(float(row[k])) for k in ("xmin", "ymin", "xmax", "ymax"))
        whole = min(x0, y0) >= MARGIN_PX and x1 <= width - MARGIN_PX and y1 <= height - MARGIN_PX
        if whole and not mask[y0:y1, x0:x1].any():
            radius_um = max(MIN_RADIUS_UM, (x1 - x0 + y1 - y0) / 4 * BCCD_UM_PER_PX)
            found.append(Place("red_cells", (x0 + x1) / 2, (y0 + y1) / 2, radius_um))
    for x, y in rng.integers((0, 0), (width, height), (BACKGROUNDS, 2)):
        if not mask[max(0, y - CLEAR_PX):y + CLEAR_PX, max(0, x - CLEAR_PX):x + CLEAR_PX].any():
            found.append(Place("background", x, y, rng.uniform(2, 7)))
    return found


def load_no_cells(fold: str, side: int, mask_side: int = 96, each: int = 300, seed: int = 5):
    """Kind -> (OD uint8 [N, side, side, 3], masks uint8 [N, mask_side, mask_side]), N at most `each`."""
    with open(DATA / "masks/bccd/boxes.csv", newline="") as f:
        boxes = list(csv.DictReader(f))
    rng = np.random.default_rng(seed)
    kinds = {}
    for name in bccd_names(fold):
        for place in places(name, rng, boxes, load_bccd(name)[1]):
            kinds.setdefault(place.kind, []).append((name, place))
    chosen = {kind: [kinds[kind][k] for k in rng.permutation(len(kinds[kind]))[:each]] for kind in sorted(kinds)}
    return {kind: (np.stack([crop(name, place, side) for name, place in some]),
                   np.stack([disc(mask_side, place.radius_um) for _, place in some])) for kind, some in chosen.items()}


def crop(name: str, place: Place, side: int) -> np.ndarray:
    """OD uint8 [side, side, 3] around a place of the field `name`."""
    # A blur of half an output pixel stands in for averaging over its area.
    sharp = cv2.GaussianBlur(encode_od(load_bccd(name)[0]), (0, 0), 0.4 * SIDE_UM / side / BCCD_UM_PER_PX)
    return cut(sharp, place.x, place.y, side, cv2.INTER_LINEAR)


def disc(side: int, radius_um: float) -> np.ndarray:
    """uint8 [side, side]: 1 in a disc in the middle of a crop."""
    at = (np.arange(side) + 0.5) / side * SIDE_UM - SIDE_UM / 2
    return (at[:, None] ** 2 + at ** 2 <= radius_um ** 2).astype(np.uint8)
