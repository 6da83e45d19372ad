"""Image encoding shared by training, evaluation and the daemon: white balance, optical density, scale.

A field or a single-cell image enters as uint8 RGB, shape [H, W, 3]. Each channel is divided by its own background
grey value I0 (the 95th percentile of that channel on the original pixels) and turned into optical density
OD = log10(I0 / v), which is clipped to [0, OD_MAX] and stored as uint8: background 0, dark stain 255.
The network input is that uint8 image resampled to 0.25 um/px. See MODEL-PACK ("Input encoding") for the contract.
"""

import cv2
import numpy as np

OD_MAX = 1.5
WB_PERCENTILE = 95
UM_PER_PX = 0.25


def white_level(channel: np.ndarray) -> int:
    """Smallest grey value v with cumulative histogram count >= 0.95 * pixels, at least 1."""
    counts = np.bincount(channel.reshape(-1), minlength=256)
    # Compare in integers, so that no rounding of 0.95 * pixels can differ between languages.
    reached = np.cumsum(counts) * 100 >= channel.size * WB_PERCENTILE
    return max(1, int(np.argmax(reached)))


def od_table(i0: int) -> np.ndarray:
    """256-entry table: grey value -> uint8 optical density for a channel whose background is i0."""
    grey = np.maximum(np.arange(256), 1).astype(np.float64)
    od = np.clip(np.log10(i0 / grey) / OD_MAX, 0.0, 1.0)
    return np.rint(255.0 * od).astype(np.uint8)


def encode_od(rgb: np.ndarray) -> np.ndarray:
    """uint8 RGB [H, W, 3] -> uint8 optical density [H, W, 3], white-balanced from the image's own histogram."""
    return np.stack([od_table(white_level(rgb[..., c]))[rgb[..., c]] for c in range(3)], axis=-1)


def resample(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resize to width x height pixels: INTER_AREA when shrinking, INTER_LINEAR when enlarging."""
    shrinking = width < image.shape[1] or height < image.shape[0]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)


def to_working_scale(image: np.ndarray, um_per_px: float) -> np.ndarray:
    """Resample an OD image from its own um_per_px to 0.25 um/px."""
    factor = um_per_px / UM_PER_PX
    return resample(image, max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))


def read_rgb(path) -> np.ndarray:
    """Read an image file as uint8 RGB [H, W, 3]."""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise OSError(f"cannot decode {path}")
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
