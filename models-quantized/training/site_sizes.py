"""Whether correcting a site's size alone is safe: `val` cells at a wrong um/px, in made-up stains and odd mixtures.

Usage: python site_sizes.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER
Prints a row for each site whose neutrophils differ in size from training's: mean recall of its classes before, what the
correction changes, and whether it is kept; then what was kept and what wasn't in sum. Sites are those of site_mixtures.py,
drawn once, each at five scales; int8, every crop read once. About a minute on two cores.
"""

import argparse
from pathlib import Path

import numpy as np
import silence  # noqa: F401, must come first

from abroad import size_alone
from cell_masks import central_cells, diameters_um
from data import load_cells
from evaluate import int8_classifier, int8_segmenter
from other_sizes import zoomed
from pack import open_session
from site_mixtures import MIXTURES, STAINS, drawn, mean_recall, restained, summary

SCALE_ERRORS = (0.75, 0.85, 1.0, 1.18, 1.33)
SEED = 3


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True)
    args = p.parse_args()
    images, labels, sources = load_cells("val", 96)
    masks = central_cells(int8_segmenter(*open_session(args.segmenter, threads=2)), images)
    diameters = diameters_um(masks)
    manifest, session = open_session(args.pack, threads=2)
    run = int8_classifier(manifest | {"views": {"at_most": 1, "lead_below": 0.0}}, session)
    kept, left = [], []
    for mixture, (lab, counts) in MIXTURES.items():
        for stain, matrix in STAINS.items():
            chosen = drawn(labels, sources, lab, counts, np.random.default_rng(SEED))
            shown = restained(images[chosen], matrix)
            for error in SCALE_ERRORS:
                at = lambda zoom: zoomed(shown, masks[chosen], error * zoom)
                found = size_alone(manifest, run, at(1.0), diameters[chosen] * error, at)
                if found is None:
                    continue
                before, after = (mean_recall(logits, labels[chosen]) for logits in (found.before, found.after))
                (kept if found.fits else left).append(after - before)
                print(f"{mixture}, {stain}, at {error} of its size: magnified by {found.zoom}, {before:.3f} "
                      f"{after - before:+.3f}, {'kept' if found.fits else 'left'}", flush=True)
    print(summary("kept", kept))
    print(summary("left", left))


if __name__ == "__main__":
    main()
