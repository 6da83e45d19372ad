"""Single white cells of the BCCD fields: a third laboratory for the classifier, with names for most of them.

`bccd_cells.csv` names cells of the train and val folds of BCCD (never of the held-out fifth): image, centre of the
cell in pixels, class. They were read by eye from the images by one reader who is no haematologist; what that reader
could not tell is not in the file. A neutrophil is `NEU`, segmented or band: the loss accepts either.
"""

import csv
from pathlib import Path

import cv2
import numpy as np

from data import BCCD_UM_PER_PX, bccd_fold, load_bccd
from encoding import encode_od

TABLE = Path(__file__).with_name("bccd_cells.csv")
SIDE_UM = 24.0
ACCEPTED = {"NEU": ("NGS", "NGB"), "EOS": ("EOS",), "LYT": ("LYT",), "MON": ("MON",), "BAS": ("BAS",)}


def cut(image: np.ndarray, x: float, y: float, side: int, interpolation: int) -> np.ndarray:
    """SIDE_UM around (x, y) as side x side pixels; beyond the image is 0, which is clear glass in OD."""
    step = SIDE_UM / side / BCCD_UM_PER_PX
    corner = SIDE_UM / 2 / BCCD_UM_PER_PX
    to_source = np.array([[step, 0, x - corner], [0, step, y - corner]], np.float32)
    return cv2.warpAffine(image, to_source, (side, side), flags=interpolation | cv2.WARP_INVERSE_MAP,
                          borderMode=cv2.BORDER_CONSTANT)


def load_bccd_cells(fold: str, side: int, mask_side: int = 96):
    """(OD uint8 [N, side, side, 3], names [N] of ACCEPTED, masks uint8 [N, mask_side, mask_side]) of one fold."""
    with open(TABLE, newline="") as f:
        rows = [row for row in csv.DictReader(f) if bccd_fold(row["image"]) == fold]
    images, names, masks = [], [], []
    for row in rows:
        rgb, mask = load_bccd(row["image"])
        x, y = float(row["x"]), float(row["y"])
        # A blur of half an output pixel stands in for averaging over its area.
        sharp = cv2.GaussianBlur(encode_od(rgb), (0, 0), 0.4 * SIDE_UM / side / BCCD_UM_PER_PX)
        images.append(cut(sharp, x, y, side, cv2.INTER_LINEAR))
        masks.append(cut(one_cell(mask, x, y), x, y, mask_side, cv2.INTER_NEAREST))
        names.append(row["label"])
    return np.stack(images), np.array(names), np.stack(masks)


def one_cell(mask: np.ndarray, x: float, y: float) -> np.ndarray:
    """The mask of the connected cell nearest to (x, y); 0 elsewhere."""
    _, numbers = cv2.connectedComponents((mask > 0).astype(np.uint8))
    ys, xs = np.nonzero(numbers)
    nearest = np.argmin(np.hypot(xs + 0.5 - x, ys + 0.5 - y))
    return np.where(numbers == numbers[ys[nearest], xs[nearest]], mask, 0).astype(np.uint8)
