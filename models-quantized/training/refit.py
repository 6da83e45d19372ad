"""Fits anew what tells how far a pack's word can be trusted: temperature, prediction sets, unlikeness and exemplars.

For a pack whose checkpoint is gone, when their form changes (reliability.py). Weights, graphs and golden answers stay as
they are, to the byte. All int8 measures are taken again, for a segmenter that came later cuts other crops; those of the
float network stay: it is gone.
"""

import argparse
import datetime
import shutil
from pathlib import Path

import abroad
import card
import evaluate
from export import faded_cells, make_reliable, replace
from pack import open_session, write_manifest


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True, help="the classifier's pack, which is replaced")
    p.add_argument("--segmenter", type=Path, required=True, help="pack that finds the central cells")
    p.add_argument("--version", required=True, help="the new version")
    p.add_argument("--created", default=datetime.date.today().isoformat())
    args = p.parse_args()
    temporary = args.pack.with_name(f".{args.pack.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(args.pack, temporary)
    manifest, *session = open_session(temporary, threads=2)
    if manifest["kind"] != "classifier":
        p.error(f"{args.pack} is a {manifest['kind']}: only a classifier has anything to fit")
    segmenter = evaluate.int8_segmenter(*open_session(args.segmenter, threads=2))
    cells = [faded_cells(fold, segmenter)[:2] for fold in ("train", "val", "test")]
    manifest |= {"version": args.version, "created": args.created}
    make_reliable(temporary, manifest, evaluate.int8_embedder(manifest, *session), *cells)
    write_manifest(temporary, manifest)
    manifest["metrics"] |= {"int8": evaluate.classifier_metrics(evaluate.int8_classifier(manifest, *session), *cells[2]),
                            "other_labs": abroad.measure(temporary, segmenter)}
    write_manifest(temporary, manifest)
    (temporary / "MODEL_CARD.md").write_text(card.text(manifest))
    replace(temporary, args.pack)
    print(args.pack, manifest["metrics"], sep="\n")


if __name__ == "__main__":
    main()
