"""The central cell of every crop, marked by the segmenter: what the classifier's surroundings are faded by.

The daemon fades everything outside the cell it asks about, so that the classifier can't lean on neighbours, red cells
or the camera's background; training sees the same. Crops are 96 x 96 px at 0.25 um/px.
"""

import cv2
import numpy as np
import torch

from instances import split_touching

CENTRE_PX = (96 - 1) / 2
REACH_UM = 2.0            # a cell counts as central when it comes this close to the middle
PX_PER_UM = 4.0


@torch.no_grad()
def central_cells(segmenter: torch.nn.Module, images: np.ndarray, batch: int = 64) -> np.ndarray:
    """OD uint8 [N, 96, 96, 3] -> uint8 [N, 96, 96]: 0 elsewhere, 1 cytoplasm, 2 nucleus of the central cell.

    All zero where the segmenter sees no cell in the middle.
    """
    out = np.zeros(images.shape[:3], np.uint8)
    for start in range(0, len(images), batch):
        x = torch.from_numpy(images[start:start + batch]).permute(0, 3, 1, 2).float() / 255
        logits, distance = segmenter(x)
        for k in range(len(x)):
            out[start + k] = central_cell(logits[k].numpy(), distance[k, 0].clamp(0, 1).numpy())
    return out


def central_cell(logits: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Class logits [3, 48, 48] and distance [48, 48] -> label map [96, 96] of the cell in the middle, or zeros."""
    numbers = split_touching((logits.argmax(0) > 0).astype(np.uint8), distance, blur_px=1.0)
    fine = cv2.resize(logits.transpose(1, 2, 0), (96, 96), interpolation=cv2.INTER_LINEAR).argmax(2)
    numbers = cv2.resize(numbers.astype(np.float32), (96, 96), interpolation=cv2.INTER_NEAREST).astype(np.int32)
    ys, xs = np.nonzero((numbers > 0) & (fine > 0))
    if not len(ys):
        return np.zeros((96, 96), np.uint8)
    away = np.hypot(ys - CENTRE_PX, xs - CENTRE_PX)
    nearest = away.argmin()
    if away[nearest] > REACH_UM * PX_PER_UM:
        return np.zeros((96, 96), np.uint8)
    one = numbers == numbers[ys[nearest], xs[nearest]]
    # Where the interpolated outline reaches over the coarse basin's edge, it belongs to the cell, too.
    one = cv2.dilate(one.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    one &= (numbers == 0) | (numbers == numbers[ys[nearest], xs[nearest]])
    return np.where(one, fine, 0).astype(np.uint8)


def distance_to_cell(labels: np.ndarray) -> np.ndarray:
    """uint8 [96, 96]: distance to the central cell in pixels (0 inside, 255 far); zeros where there is no cell."""
    if not labels.any():
        return np.zeros(labels.shape, np.uint8)
    return np.minimum(cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 5), 255).round().astype(np.uint8)


def faded(images: np.ndarray, labels: np.ndarray, margin_um: float = 1.0) -> np.ndarray:
    """OD uint8 [N, 96, 96, 3] with everything further than margin_um from the central cell turned to clear glass."""
    out = np.empty_like(images)
    for k, (image, label) in enumerate(zip(images, labels)):
        keep = np.clip(margin_um * PX_PER_UM + 1 - distance_to_cell(label).astype(np.float32), 0, 1)
        out[k] = np.rint(image * keep[..., None])
    return out
