"""Reads the data sets named in the shared data folder's README and enforces which of them may train a shipped weight.

Root folder: environment variable KRONOCYTE_DATA, else ../shared/data beside the repository.
Scales (um per pixel, estimated from red cells): BCCD 0.074, marrow and peripheral crops 0.15.
"""

import csv
import os
from pathlib import Path

import cv2
import numpy as np

from encoding import encode_od, read_rgb, resample

DATA = Path(os.environ.get("KRONOCYTE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
LABELS = ["BAS", "BLA", "EBO", "EOS", "LYT", "MMZ", "MON", "MYB", "NGB", "NGS", "NIF", "PLT", "PMO"]
BCCD_UM_PER_PX = 0.074
CROP_UM_PER_PX = 0.15
RAABIN_UM_PER_PX = 0.087      # evaluation only

SETS = {
    "masks/bccd": "MIT",
    "cells/marrow": "CC BY 4.0",
    "cells/peripheral": "CC BY 4.0",
}


def require_data() -> None:
    if not (DATA / "cells" / "split.csv").is_file():
        raise SystemExit(f"no data at {DATA}: set KRONOCYTE_DATA to the folder that holds cells/ and masks/")


def cell_rows(split: str) -> list[dict]:
    """Rows of cells/split.csv (path, label, source, split) of one split: train, val or test."""
    require_data()
    with open(DATA / "cells" / "split.csv", newline="") as f:
        return [row for row in csv.DictReader(f) if row["split"] == split]


def load_cells(split: str, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All crops of a split as OD uint8 [N, size, size, 3], labels int64 [N], sources [N] ("marrow"/"peripheral").

    A crop is 160 px at 0.15 um/px, i.e. 24 um wide; size 96 is therefore the contract's 0.25 um/px.
    """
    rows = cell_rows(split)
    images = np.empty((len(rows), size, size, 3), np.uint8)
    for i, row in enumerate(rows):
        images[i] = resample(encode_od(read_rgb(DATA / "cells" / row["path"])), size, size)
    labels = np.array([LABELS.index(row["label"]) for row in rows], np.int64)
    return images, labels, np.array([row["source"] for row in rows])


def bccd_fold(name: str) -> str:
    """Fold of a BCCD image by its number: mod 5 == 0 held out ("test"), == 1 validation ("val"), else "train"."""
    return {0: "test", 1: "val"}.get(int(name[-5:]) % 5, "train")


def bccd_names(fold: str) -> list[str]:
    require_data()
    names = sorted(p.stem for p in (DATA / "masks/bccd/masks").glob("*.png"))
    return [n for n in names if bccd_fold(n) == fold]


def load_bccd(name: str) -> tuple[np.ndarray, np.ndarray]:
    """One BCCD field: uint8 RGB [480, 640, 3] and mask uint8 [480, 640] (0 background, 1 cytoplasm, 2 nucleus)."""
    rgb = read_rgb(DATA / "masks/bccd/images" / f"{name}.jpg")
    mask = cv2.imread(str(DATA / "masks/bccd/masks" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    return rgb, mask
