"""Golden cells: drawn images whose answers a board must reproduce before it may use a pack.

Drawn in integers by a rule short enough to write again in the daemon (org.kronocyte.model.GoldenCells), so that a pack
carries only the answers. They are cells only in the sense of a disc with lobes: no photograph was looked at.
"""

import numpy as np

TOLERANCE = 3      # largest difference of an answered byte; the forms of one pack differ by 1 on one machine

BACKGROUND, RED_CELL, CYTOPLASM, NUCLEUS = (4, 6, 2), (24, 64, 36), (44, 62, 30), (112, 150, 66)
LOBES = ((-1, -1), (1, 0), (-1, 1))


def noise(k: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A hash of cell number and place, 32 bits."""
    v = (x * 0x9E3779B1 + y * 0x85EBCA77 + k * 0xC2B2AE3D) & 0xFFFFFFFF
    v = ((v ^ (v >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    v = ((v ^ (v >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    return v ^ (v >> 15)


def draw(k: int, side: int) -> np.ndarray:
    """Golden cell k as optical density, uint8 [side, side, 3], RGB."""
    y, x = np.mgrid[:side, :side].astype(np.int64)
    dx, dy = x - side // 2, y - side // 2
    radius = 18 + 3 * (k % 4)
    disc = lambda cx, cy, r: (dx - cx) ** 2 + (dy - cy) ** 2 <= r * r
    kind = np.zeros((side, side), np.int64)
    kind[disc(side // 2, -(side // 2), 14)] = 1                       # a red cell in the upper right corner
    kind[disc(0, 0, radius)] = 2
    lobes = 1 + k % 3
    reach = 0 if lobes == 1 else radius // 3
    for cx, cy in LOBES[:lobes]:
        kind[disc(cx * reach, cy * reach, radius * (7 - lobes) // 8)] = 3
    hashed = noise(k, x, y)
    grain = (hashed >> 28) - 8                                        # -8 to 7
    granule = (kind == 2) & ((hashed >> 8) & 7 < k % 5)
    palette = np.array([BACKGROUND, RED_CELL, CYTOPLASM, NUCLEUS], np.int64)
    od = palette[kind] + (5 * (k // 4) * (kind >= 2))[..., None]
    od = od + grain[..., None] * (1 + (kind == 3))[..., None] // 2 + granule[..., None] * np.array([10, 45, 30])
    return np.clip(od, 0, 255).astype(np.uint8)


def answers(session, manifest: dict, side: int, images: int, step: int) -> bytes:
    """Every `step`-th byte of each golden cell's outputs, in the manifest's order of outputs."""
    names, sampled = [o["name"] for o in manifest["outputs"]], b""
    for k in range(images):
        outputs = session.run(names, {"image": draw(k, side)[None]})
        sampled += b"".join(o.tobytes() for o in outputs)[::step]
    return sampled
