"""Training crops of the classifier, and the steps drawn from them: which cells, and how each of them looks.

Two kinds of steps alternate at random. A joint step mixes the laboratories; a site step normalises each laboratory by
itself under a look of its own (site_norm.py), as calibration does on the device.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import augment
from bccd_cells import ACCEPTED, load_bccd_cells
from cell_masks import central_cells, distance_to_cell
from data import LABELS, load_cells
from evaluate import segmenter_at
from no_cells import load_no_cells
from site_norm import Sites

SOURCE_PX = 128     # training crops are held at 24 um / 128 px, sharper than the input grid, so that zoom loses nothing
INPUT_PX = 96
SHIFT_UM, CROP_UM = 1.5, 24.0
JOINT_CELLS, JOINT_BCCD = 72, 8         # cells of a joint step
SITE_CELLS, SITE_BCCD = 36, 16          # cells of each laboratory in a site step
BCCD_SHARES = {"NEU": 0.32, "EOS": 0.24, "LYT": 0.26, "MON": 0.14, "BAS": 0.04}
SITE_ZOOM = 1.18                        # a site's scale is known or guessed no better than this, up or down
SMUDGED_PX = (5.0, 12.0)                # sigma of a blur that leaves nothing of a cell to name
GRANULATED = 0.05                       # share of the cells that are made basophils (augment.granulated)
CAN_GRANULATE = ("NGS", "NGB", "MON", "MYB", "MMZ", "LYT")
SHARED = ("EOS", "LYT", "MON", "NGS", "PMO")    # classes that both large sets have: they tell a site's moments


def cached(out: Path, split: str, size: int, segmenter: Path):
    """load_cells and the central cells' masks, cached in the run folder (never in the repository: it shows cells)."""
    path = out / f"cells-{split}-{size}.npz"
    if not path.exists():
        images, labels, sources = load_cells(split, size)
        small = images if size == INPUT_PX else load_cells(split, INPUT_PX)[0]
        masks = central_cells(segmenter_at(segmenter), small)
        np.savez(path, images=images, labels=labels, sources=sources, masks=masks)
    z = np.load(path)
    return z["images"], z["labels"], z["sources"], z["masks"]


def with_masks(images, masks):
    """uint8 [N, 128, 128, 5]: red, green, blue, distance to the cell in px of the 96 px grid, nucleus (0 or 255)."""
    out = np.empty((*images.shape[:3], 5), np.uint8)
    size = (SOURCE_PX, SOURCE_PX)
    for k, mask in enumerate(masks):
        out[k, ..., :3] = images[k]
        out[k, ..., 3] = cv2.resize(distance_to_cell(mask), size, interpolation=cv2.INTER_LINEAR)
        out[k, ..., 4] = cv2.resize((mask == 2).astype(np.uint8) * 255, size, interpolation=cv2.INTER_LINEAR)
    return out


def nucleus_density(images, masks):
    """Mean OD of each channel over the nucleus [N, 3], in [0, 1]; zeros where no nucleus was found."""
    out = np.zeros((len(images), 3), np.float32)
    for k, mask in enumerate(masks):
        nucleus = cv2.resize((mask == 2).astype(np.uint8), images.shape[1:3], interpolation=cv2.INTER_NEAREST) > 0
        if nucleus.any():
            out[k] = images[k][nucleus].mean(axis=0) / 255
    return torch.from_numpy(out)


def balanced_weights(labels, sources):
    """Sampling weight per crop: every class equally often, and within a class every laboratory equally often."""
    keys = np.array([f"{l}/{s}" for l, s in zip(labels, sources)])
    names, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    labs_per_class = {l: sum(n.startswith(f"{l}/") for n in names) for l in set(labels)}
    return 1.0 / counts[inverse] / np.array([labs_per_class[l] for l in labels])


def geometry(images, index, px, generator, **zoom):
    """Crops with masks uint8 [M, 128, 128, 5] -> (OD [N, 3, px, px], distance to the cell, nucleus), turned and shifted.

    px: at most 96; fewer leave the margin of the crop away. zoom: `scale` and `zoom` of augment.affine_grid.
    """
    n = len(index)
    x = torch.from_numpy(images[index]).permute(0, 3, 1, 2).float()
    grid = augment.affine_grid(n, px, px / INPUT_PX, generator, shift=2 * SHIFT_UM / CROP_UM, **zoom)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    x, away, nucleus = x[:, :3] / 255, x[:, 3:4], x[:, 4:] / 255
    return x, away, nucleus


def dyed(x, away, nucleus, basophils, generator, cytoplasm_chance):
    """What differs from cell to cell in the dyes' balance: cytoplasm's strength, a basophil's hue and granules."""
    real, made = basophils
    inside = torch.sigmoid(2 * (0.5 - away))
    x = augment.cytoplasm_strength(x, inside * (1 - nucleus), generator, chance=cytoplasm_chance)
    return augment.granulated(augment.metachromatic(x, real, generator), inside, nucleus, made, generator)


@dataclass(frozen=True)
class Variety:
    """How far each cell of a batch goes, by itself, from what its laboratory's camera saw."""
    scale: tuple[float, float] = (0.85, 1.18)
    cytoplasm_chance: float = 0.4
    borrowed_chance: float = 0.5
    contrast_chance: float = 0.25
    stain: dict = field(default_factory=lambda: dict(mix=0.07, gain=(0.75, 1.33), tilt=0.1, offset=0.02))
    blur: dict = field(default_factory=lambda: dict(sigma=(0.3, 1.7), chance=0.5))
    sharpened_chance: float = 0.2
    nucleus_alone_chance: float = 0.14
    margin_um: tuple[float, float] = (0.4, 3.0)
    noise: float = 0.025


WIDE = Variety()
# For last stages: site steps go on showing looks of other laboratories, which calibration has to mend on the device, too.
NEAR = Variety(scale=(0.94, 1.07), cytoplasm_chance=0.15, borrowed_chance=0.15, contrast_chance=0.0,
               stain=dict(mix=0.03, gain=(0.88, 1.14), tilt=0.04, offset=0.01), blur=dict(sigma=(0.3, 1.0), chance=0.25),
               sharpened_chance=0.1, nucleus_alone_chance=0.0, margin_um=(0.8, 2.2), noise=0.01)


def finished(x, away, nucleus, variety, generator):
    """Focus, surroundings, sensor noise and 8 bits, after the stain."""
    x = augment.sharpened(augment.blur(x, generator, **variety.blur), generator, variety.sharpened_chance)
    if variety.nucleus_alone_chance:
        x = augment.nucleus_alone(x, nucleus, generator, variety.nucleus_alone_chance)
    x = augment.fade_surroundings(x, away, generator, margin_um=variety.margin_um)
    return augment.quantise(augment.noise(x, generator, level=variety.noise))


def joint_batch(images, density, index, basophils, variety, px, generator):
    """Every cell with a stain of its own; density: `nucleus_density` of all M crops, the bank of stains they exchange."""
    x, away, nucleus = geometry(images, index, px, generator, scale=variety.scale)
    x = dyed(x, away, nucleus, basophils, generator, variety.cytoplasm_chance)
    # Laboratories with classes of their own: a stain lent by a cell of any class and laboratory takes that clue away.
    x = augment.borrowed_stain(x, density[index], density, generator, variety.borrowed_chance)
    if variety.contrast_chance:
        x = augment.some(x, variety.contrast_chance, generator,
                         lambda part: augment.contrast(part, generator, darkest=(0.25, 1.05)))
    x = augment.stain(x, generator, **variety.stain)
    return finished(x, away, nucleus, variety, generator)


def site_batch(images, index, site, basophils, px, generator):
    """Every site's cells under one look and one error of scale, with little variation from cell to cell."""
    zoom = SITE_ZOOM ** augment.uniform(int(site.max()) + 1, -1, 1, generator)
    x, away, nucleus = geometry(images, index, px, generator, scale=(0.92, 1.09), zoom=zoom[site])
    x = dyed(x, away, nucleus, basophils, generator, cytoplasm_chance=0.2)
    looks = [augment.one_look(x[site == s], generator) for s in range(int(site.max()) + 1)]
    x = augment.stain(torch.cat(looks), generator, mix=0.03, gain=(0.88, 1.14), tilt=0.04, offset=0.01)
    return finished(x, away, nucleus, WIDE, generator)


class Cells:
    """Every training crop, its accepted classes, and how to draw from it.

    label: the class, or -1 where several are accepted (a neutrophil of BCCD) or none is (a place without a cell). SHARED
    classes tell a site's moments, and such a neutrophil counts as a segmented one there.
    """

    def __init__(self, images, labels, sources, masks, only_lab=None):
        """only_lab: train on this one of the sources alone, without BCCD; its cells then stand for every site."""
        bccd, names, bccd_masks = load_bccd_cells("train", SOURCE_PX)
        empty, empty_masks = (np.concatenate(parts) for parts in zip(*load_no_cells("train", SOURCE_PX).values()))
        if only_lab:
            kept = sources == only_lab
            images, labels, sources, masks = images[kept], labels[kept], sources[kept], masks[kept]
            bccd, names, bccd_masks = bccd[:0], names[:0], bccd_masks[:0]
            empty, empty_masks = empty[:0], empty_masks[:0]
        masks = np.concatenate([masks, bccd_masks, empty_masks])
        self.images = with_masks(np.concatenate([images, bccd, empty]), masks)
        self.density = nucleus_density(self.images[..., :3], masks)
        accepted = np.zeros((len(self.images), len(LABELS)), bool)
        accepted[np.arange(len(labels)), labels] = True
        for k, name in enumerate(names, len(labels)):
            accepted[k, [LABELS.index(c) for c in ACCEPTED[name]]] = True
        self.accepted = torch.from_numpy(accepted)
        self.label = torch.from_numpy(np.where(accepted.sum(1) == 1, accepted.argmax(1), -1))
        self.mixture_label = torch.where(self.label < 0, torch.tensor(LABELS.index("NGS")), self.label)
        self.tells = torch.from_numpy(np.isin(self.mixture_label.numpy(), [LABELS.index(c) for c in SHARED]))
        self.basophil = self.label == LABELS.index("BAS")
        self.only_basophil = torch.arange(len(LABELS)) == LABELS.index("BAS")
        self.can_granulate = torch.from_numpy(np.isin(self.mixture_label.numpy(), [LABELS.index(c) for c in CAN_GRANULATE])
                                              & (self.density > 0).all(1).numpy())
        balanced = balanced_weights(labels, sources)
        of_bccd = np.array([BCCD_SHARES[n] / np.sum(names == n) for n in names])
        self.pools = [(np.flatnonzero(sources == lab), balanced_weights(labels[sources == lab], sources[sources == lab]))
                      for lab in sorted(set(sources))]
        self.large = (np.arange(len(labels)), balanced)
        self.bccd = (np.arange(len(labels), len(labels) + len(names)), of_bccd)
        self.empty = (np.arange(len(labels) + len(names), len(self.images)), np.ones(len(empty)))
        if only_lab:
            self.pools, self.bccd = self.pools * 2, self.large

    def draw_joint(self, generator):
        return np.concatenate([draw(self.large, JOINT_CELLS, generator), draw(self.bccd, JOINT_BCCD, generator)])

    def draw_nothing(self, count, generator):
        """(Indices of a quarter of `count` cells, to be blurred beyond telling; of places without a cell)."""
        if not count:
            return self.large[0][:0], self.large[0][:0]
        blurred = count // 4
        return draw(self.large, blurred, generator), draw(self.empty, count - blurred, generator)

    def draw_sites(self, generator):
        """(indices, site of each)."""
        parts = [draw(pool, SITE_CELLS, generator) for pool in self.pools] + [draw(self.bccd, SITE_BCCD, generator)]
        return np.concatenate(parts), torch.cat([torch.full((len(p),), s) for s, p in enumerate(parts)])


def draw(pool, count, generator):
    indices, weights = pool
    return indices[torch.multinomial(torch.from_numpy(weights), count, replacement=True, generator=generator).numpy()]


def made_basophils(cells, index, generator):
    """Which cells of a step become basophils [N]."""
    return cells.can_granulate[index] & (torch.rand(len(index), generator=generator) < GRANULATED)


@dataclass(frozen=True)
class Shares:
    """Of all steps, those that normalise site by site; of the others, those that stay near the laboratories' own looks."""
    site: float = 0.5
    near: float = 0.0
    nothings: int = 0       # crops of a joint step, beside its cells, that show nothing to name


@dataclass(frozen=True)
class Step:
    """x: OD [N, 3, px, px] in [0, 1], channels last; accepted: bool [N, 13], none where there is nothing to name;
    how: arguments of site_norm.normalised."""
    x: torch.Tensor
    accepted: torch.Tensor
    how: dict


def next_step(cells, shares, px, generator) -> Step:
    """Draws a step of crops of `px` pixels."""
    if torch.rand((), generator=generator) < shares.site:
        index, site = cells.draw_sites(generator)
        made = made_basophils(cells, index, generator)
        x = site_batch(cells.images, index, site, (cells.basophil[index], made), px, generator)
        accepted = cells.accepted[index]
        how = {"sites": Sites(site, cells.mixture_label[index], cells.tells[index] & ~made)}
    else:
        joint = cells.draw_joint(generator)
        smudged, empty = cells.draw_nothing(shares.nothings, generator)
        index = np.concatenate([joint, smudged, empty])
        named = torch.arange(len(index)) < len(joint)
        made = made_basophils(cells, index, generator) & named
        variety = NEAR if torch.rand((), generator=generator) < shares.near else WIDE
        x = joint_batch(cells.images, cells.density, index, (cells.basophil[index], made), variety, px, generator)
        last = len(joint) + len(smudged)
        x[len(joint):last] = augment.blur(x[len(joint):last], generator, SMUDGED_PX, chance=1)
        accepted = cells.accepted[index] & named[:, None]
        how = {"labels": cells.label[index].masked_fill(made | ~named, -1)}
    accepted = torch.where(made[:, None], cells.only_basophil, accepted)
    return Step(x.contiguous(memory_format=torch.channels_last), accepted, how)


def made_ahead(make, count, ahead=3):
    """What `make()` gives, `count` times in order, made by one thread of its own that is up to `ahead` calls ahead.

    Errors of `make` are raised here.
    """
    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as worker:
        coming = deque(worker.submit(make) for _ in range(min(ahead, count)))
        for k in range(count):
            result = coming.popleft().result()
            if k + ahead < count:
                coming.append(worker.submit(make))
            yield result
