"""Shape, size and stain of a cell from its label map, by the daemon's definitions (org.kronocyte.segment)."""

import cv2
import numpy as np

from cell_masks import PX_PER_UM
from encoding import OD_MAX

CHANNELS = ("red", "green", "blue")
SHAPE = ("circularity", "solidity", "eccentricity")
NAMES = (["cell area um2", "nucleus area um2", "nucleus over cell", *(f"cell {s}" for s in SHAPE),
          *(f"nucleus {s}" for s in SHAPE), "nucleus pieces"]
         + [f"{part} {what} OD {c}" for part in ("nucleus", "cytoplasm") for what in ("mean", "sd") for c in CHANNELS])
LEAST_PIECE_UM2 = 2.0      # of nucleus that counts as a piece of its own


def shape(inside: np.ndarray) -> list[float]:
    """Circularity, solidity (both at most 1) and eccentricity of the largest piece of a mask; NaN for an empty one.

    The outline runs through pixel centres; perimeter (Vossepoel and Smeulders 1982) and hull are those of the shape grown
    by the missing half pixel, and eccentricity is of the ellipse with the same second moments.
    """
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    if count < 2:
        return [np.nan] * len(SHAPE)
    one = (pieces == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()).astype(np.uint8)
    outline = max(cv2.findContours(one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=len)
    area, hull = one.sum(), cv2.convexHull(outline)
    hull_area = cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + np.pi / 4
    length = perimeter(outline[:, 0])
    m = cv2.moments(one, binaryImage=True)
    # A pixel is a square, not a point: 1/12 more along each axis.
    spread = np.array([[m["mu20"], m["mu11"]], [m["mu11"], m["mu02"]]]) / area + np.eye(2) / 12
    minor, major = np.linalg.eigvalsh(spread)
    return [min(1.0, 4 * np.pi * area / length ** 2), min(1.0, area / hull_area), float(np.sqrt(1 - minor / major))]


def perimeter(chain: np.ndarray) -> float:
    """Length of a closed chain of 8-connected pixels [M, 2], grown by half a pixel."""
    if len(chain) < 3:
        return 2.0 * len(chain) + 2
    steps = np.roll(chain, -1, 0) - chain
    straight = np.sum((steps == 0).any(1))
    turns = np.sum((steps != np.roll(steps, 1, 0)).any(1))
    return 0.980 * straight + 1.406 * (len(steps) - straight) - 0.091 * turns + np.pi


def measures(image: np.ndarray, mask: np.ndarray) -> list[float]:
    """One cell's values in the order of NAMES; NaN where a part is missing. image: OD uint8 [H, W, 3]; mask: label map."""
    cell, nucleus = mask > 0, mask == 2
    if not cell.any():
        return [np.nan] * len(NAMES)
    areas = cv2.connectedComponentsWithStats(nucleus.astype(np.uint8))[2][1:, cv2.CC_STAT_AREA]
    found = [cell.sum() / PX_PER_UM ** 2, nucleus.sum() / PX_PER_UM ** 2, nucleus.sum() / cell.sum(),
             *shape(cell), *shape(nucleus), np.sum(areas >= LEAST_PIECE_UM2 * PX_PER_UM ** 2)]
    for part in (nucleus, mask == 1):
        od = image[part] * (OD_MAX / 255)
        found.extend([*od.mean(0), *od.std(0)] if len(od) else [np.nan] * 6)
    return found


def table(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """float64 [N, len(NAMES)]."""
    return np.array([measures(image, mask) for image, mask in zip(images, masks)], float).reshape(len(images), len(NAMES))


def grown(mask: np.ndarray, px: int) -> np.ndarray:
    """A label map whose cell and nucleus both reach px pixels further; less far for a negative px."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(px) + 1,) * 2)
    change = cv2.dilate if px > 0 else cv2.erode
    cell, nucleus = (change(part.astype(np.uint8), disc) for part in (mask > 0, mask == 2))
    return np.where(nucleus > 0, 2, cell).astype(np.uint8)
