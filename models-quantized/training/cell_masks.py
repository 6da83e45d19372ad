"""The central cell of every crop, marked by the segmenter: what the classifier's surroundings are faded by.

The daemon fades everything outside the cell it asks about, so that the classifier can't lean on neighbours, red cells
or the camera's background; training sees the same. Crops are 96 x 96 px at 0.25 um/px.
"""

import cv2
import numpy as np

from instances import MIN_CELL_UM2, MIN_NUCLEUS_UM2, split_touching

REACH_UM = 2.0            # in a training crop, a cell counts as central when it comes this close to the middle
MARGIN_UM = 1.0           # of surroundings that stay visible
PX_PER_UM = 4.0


def central_cells(run, images: np.ndarray) -> np.ndarray:
    """OD uint8 [N, 96, 96, 3] -> uint8 [N, 96, 96]: 0 elsewhere, 1 cytoplasm, 2 nucleus of the central cell.

    run: a segmenter as a function (evaluate.int8_segmenter or float_segmenter). All zero where there is no cell in the
    middle.
    """
    return np.stack([nearest_cell(*run(image), image.shape[:2], REACH_UM * PX_PER_UM)[0] for image in images])


def nearest_cell(logits: np.ndarray, distance: np.ndarray, size: tuple[int, int], reach_px: float,
                 middle: tuple[float, float] | None = None):
    """(label map [H, W] of the whole cell nearest to the middle, centre (x, y) of its box in pixels).

    logits [H/2, W/2, 3] and distance [H/2, W/2] may be padded beyond size. middle: (x, y) in pixels, the image's if none.
    Without a cell within reach: zeros, middle.
    """
    height, width = size
    middle = middle or (width / 2, height / 2)
    numbers = split_touching((logits.argmax(2) > 0).astype(np.uint8), distance, blur_px=1.0)
    full = (logits.shape[1] * 2, logits.shape[0] * 2)
    fine = cv2.resize(logits, full, interpolation=cv2.INTER_LINEAR).argmax(2)
    numbers = cv2.resize(numbers.astype(np.float32), full, interpolation=cv2.INTER_NEAREST).astype(np.int32)
    best, chosen = (reach_px, 0), 0
    for k in range(1, numbers.max() + 1):
        ys, xs = np.nonzero((numbers == k) & (fine > 0))
        inside = (ys < height) & (xs < width)
        if inside.sum() < MIN_CELL_UM2 * PX_PER_UM ** 2 or np.sum(fine[ys, xs] == 2) < MIN_NUCLEUS_UM2 * PX_PER_UM ** 2:
            continue
        away = np.hypot(ys + 0.5 - middle[1], xs + 0.5 - middle[0]).min()
        mean = np.hypot(ys.mean() + 0.5 - middle[1], xs.mean() + 0.5 - middle[0])
        if not chosen and away <= reach_px or (away, mean) < best:
            best, chosen = (away, mean), k
    if not chosen:
        return np.zeros(size, np.uint8), middle
    # Where the interpolated outline reaches over the coarse basin's edge, it belongs to the cell, too.
    one = cv2.dilate((numbers == chosen).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    one &= (numbers == 0) | (numbers == chosen)
    labels = np.where(one, fine, 0).astype(np.uint8)[:height, :width]
    ys, xs = np.nonzero(labels)
    return labels, ((xs.min() + xs.max() + 1) / 2, (ys.min() + ys.max() + 1) / 2)


def diameters_um(labels: np.ndarray) -> np.ndarray:
    """Diameter of the disc with the area of each cell [N], um, from label maps [N, H, W]; 0 where there is no cell."""
    return 2 * np.sqrt((labels > 0).sum((1, 2)) / np.pi) / PX_PER_UM


def distance_to_cell(labels: np.ndarray) -> np.ndarray:
    """uint8 [96, 96]: distance to the central cell in pixels (0 inside, 255 far); zeros where there is no cell."""
    if not labels.any():
        return np.zeros(labels.shape, np.uint8)
    return np.minimum(cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 5), 255).round().astype(np.uint8)


def faded(images: np.ndarray, labels: np.ndarray, margin_um: float = MARGIN_UM) -> np.ndarray:
    """OD uint8 [N, 96, 96, 3] with everything further than margin_um from the central cell turned to clear glass."""
    out = np.empty_like(images)
    for k, (image, label) in enumerate(zip(images, labels)):
        keep = np.clip(margin_um * PX_PER_UM + 1 - distance_to_cell(label).astype(np.float32), 0, 1)
        out[k] = np.rint(image * keep[..., None])
    return out
