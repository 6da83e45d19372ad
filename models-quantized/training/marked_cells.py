"""Cells cut out and faded as the daemon does it, with their label maps and what an int8 network says of them.

Kept in a run folder, by the digests of the segmenter and the network they come from: it shows cells, so it must lie
outside version control.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import silence  # noqa: F401, must come first

import abroad
from cell_masks import central_cells, faded
from data import load_cells
from evaluate import int8_embedder, int8_segmenter
from pack import open_session

DIGITS = 12     # of a digest in a file's name


@dataclass(frozen=True)
class Cells:
    """One set: `train`, `val`, `test`, or a name of abroad.SCALES.

    labels: into data.LABELS, abroad into abroad.FIVE. Label maps: 0 elsewhere, 1 cytoplasm, 2 nucleus, all zero where no
    cell was found.
    """
    images: np.ndarray          # uint8 [N, 96, 96, 3], OD
    masks: np.ndarray           # uint8 [N, 96, 96]
    labels: np.ndarray          # int64 [N]
    logits: np.ndarray          # float32 [N, 13]
    embeddings: np.ndarray      # uint8 [N, D]


class Reader:
    """A classifier pack and the segmenter pack that finds its cells."""

    def __init__(self, pack: Path, segmenter: Path, cache: Path | None = None):
        self.manifest, session = open_session(pack, threads=1)
        marks, marker = open_session(segmenter, threads=1)
        self.embed, self.mark = int8_embedder(self.manifest, session), int8_segmenter(marks, marker)
        self.cache = cache
        self.segmenter_id = marks["expanded_sha256"][:DIGITS]
        # The same weights say something else of a cell that they are asked about more than once.
        views = self.manifest.get("views", {"at_most": 1, "lead_below": 0})
        self.pack_id = f"{self.manifest['expanded_sha256'][:DIGITS]}-{views['at_most']}-{views['lead_below']}"

    def cells(self, name: str) -> Cells:
        at_home = name not in abroad.SCALES
        cut = self._kept(f"cells-{name}-{self.segmenter_id}", lambda: self._at_home(name) if at_home else self._abroad(name))
        said = self._kept(f"said-{name}-{self.segmenter_id}-{self.pack_id}",
                          lambda: dict(zip(("logits", "embeddings"), self.embed(cut["images"]))))
        return Cells(**cut, **said)

    def _at_home(self, split: str) -> dict:
        images, labels, _ = load_cells(split, 96)
        masks = central_cells(self.mark, images)
        return {"images": faded(images, masks), "masks": masks, "labels": labels}

    def _abroad(self, name: str) -> dict:
        images, masks, _, labels = (a[:abroad.MAX_CELLS] for a in abroad.marked_cells(name, self.mark))
        return {"images": images, "masks": masks, "labels": labels}

    def _kept(self, name: str, make) -> dict:
        """Arrays of a file of the cache, made when it is missing."""
        if self.cache is None:
            return make()
        self.cache.mkdir(parents=True, exist_ok=True)
        path = self.cache / (name.replace("/", "-") + ".npz")
        if not path.exists():
            temporary = path.with_suffix(".tmp")
            with open(temporary, "wb") as f:
                np.savez(f, **make())
            os.replace(temporary, path)
        with np.load(path) as z:
            return dict(z)
