"""Separates cells: from class logits and the distance map to numbered cells and boxes (reference for evaluation)."""

import heapq

import cv2
import numpy as np

PEAK = 0.5              # distance above which a pixel belongs to a cell's core
MIN_CELL_UM2 = 20.0
MIN_NUCLEUS_UM2 = 6.0


def split_touching(cell: np.ndarray, distance: np.ndarray, blur_px: float = 2.0) -> np.ndarray:
    """Cell numbers int32 [H, W]: watershed of the distance map from its cores, limited to the cell mask (0 / 1)."""
    smooth = cv2.GaussianBlur(distance.astype(np.float32), (0, 0), blur_px)
    core = ((smooth > PEAK) & (cell > 0)).astype(np.uint8)
    return flood(cv2.connectedComponents(core, connectivity=8)[1].astype(np.int32), smooth, cell)


def flood(numbers: np.ndarray, height: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Grows numbered seeds downhill over `mask`: the highest pixel beside a seed goes next (priority flood)."""
    numbers = numbers.copy()
    rows, cols = numbers.shape
    order = 0
    queue = []

    def visit(y, x):
        nonlocal order
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= v < rows and 0 <= u < cols and mask[v, u] and numbers[v, u] == 0:
                heapq.heappush(queue, (-height[v, u], order, v, u, numbers[y, x]))
                order += 1

    for y, x in zip(*np.nonzero(numbers)):
        visit(y, x)
    while queue:
        _, _, y, x, number = heapq.heappop(queue)
        if numbers[y, x] == 0:
            numbers[y, x] = number
            visit(y, x)
    return numbers


def find_cells(logits: np.ndarray, distance: np.ndarray, um_per_px: float = 0.5) -> list[tuple]:
    """Boxes (x0, y0, x1, y1), in pixels of the stride-2 grid, of cells large enough and with a nucleus.

    logits [H, W, 3], distance [H, W].
    """
    label = logits.argmax(2)
    numbers = split_touching((label > 0).astype(np.uint8), distance, blur_px=1.0)
    boxes = []
    for k in range(1, numbers.max() + 1):
        one = numbers == k
        area, nucleus = one.sum() * um_per_px ** 2, (one & (label == 2)).sum() * um_per_px ** 2
        if area >= MIN_CELL_UM2 and nucleus >= MIN_NUCLEUS_UM2:
            ys, xs = np.nonzero(one)
            boxes.append((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    return boxes
