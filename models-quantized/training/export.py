"""Turns a trained checkpoint into a model pack.

Usage: python export.py classifier|segmenter --model RUN/model.pt --pack ../packs/NAME
Quantises the layers, calibrates activation ranges on training images, writes the pack with all its forms into a
temporary folder, measures float and int8 on the held-out data, writes the model card, and only then replaces the old pack.
"""

import argparse
import datetime
import os
import shutil
from pathlib import Path

import numpy as np
import torch

import abroad
import card
import evaluate
import flow
import forms
import reference
import reliability
from cell_masks import MARGIN_UM, central_cells, diameters_um, faded
from data import BCCD_UM_PER_PX, LABELS, SETS, bccd_names, cell_rows, load_bccd, load_cells
from encoding import OD_MAX, UM_PER_PX, WB_PERCENTILE, encode_od, to_working_scale
from networks import ConvUnit
from pack import open_session, quantise_layer, real_kernel, write_manifest, write_pack
from qdq import QdqGraph


# A cell whose best logit leads the next by less is looked at again, laid otherwise. Chosen on the val rows.
VIEWS = {"at_most": 8, "lead_below": 0.7}
RULER = ("NGS", "NGB")   # cells of nearly one size wherever they come from


def faded_cells(split: str, segmenter):
    """(crops as the daemon makes them uint8 [N, 96, 96, 3], labels [N], sources [N], diameters in um [N])."""
    images, labels, sources = load_cells(split, 96)
    masks = central_cells(segmenter, images)
    return faded(images, masks), labels, sources, diameters_um(masks)


def size_ruler(labels, sources, diameters) -> dict:
    """The manifest's `ruler`: median diameter of the classes of RULER, every laboratory and class counted alike."""
    medians = [np.median(diameters[(labels == LABELS.index(c)) & (sources == s) & (diameters > 0)])
               for c in RULER for s in sorted(set(sources[labels == LABELS.index(c)]))]
    return {"labels": list(RULER), "diameter_um": round(float(np.mean(medians)), 2)}


def even_sample(images, labels, sources, each=40):
    """(crops, labels): up to `each` of every class and laboratory, evenly picked."""
    picked = []
    for label, source in sorted(set(zip(labels, sources))):
        rows = np.flatnonzero((labels == label) & (sources == source))
        picked.extend(rows[np.linspace(0, len(rows) - 1, min(each, len(rows))).astype(int)])
    return images[picked], labels[picked]


@torch.no_grad()
def class_moments(model, images, labels) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Layer -> (mean [K, O], mean square [K, O]) of its normalised values before activation, for each class."""
    found = {}

    def keep(name):
        def hook(_, __, y):
            found.setdefault(name, []).append(torch.stack([y.mean((2, 3)), (y * y).mean((2, 3))], 1))
        return hook

    hooks = [m.register_forward_hook(keep(n)) for n, m in model.named_children() if isinstance(m, ConvUnit)]
    for part in as_input(images).split(64):
        model(part)
    for hook in hooks:
        hook.remove()
    rows = [torch.from_numpy(labels == k) for k in range(len(LABELS))]
    return {name: tuple(np.stack([torch.cat(parts)[r, i].mean(0).numpy() for r in rows]) for i in (0, 1))
            for name, parts in found.items()}


def calibration_fields() -> list[torch.Tensor]:
    """The segmenter's training material: every second BCCD training field, and mosaics of training crops."""
    fields = [as_input(evaluate.padded(to_working_scale(encode_od(load_bccd(n)[0]), BCCD_UM_PER_PX))[None])
              for n in bccd_names("train")[::2]]
    images, _, _ = load_cells("train", 96)
    return fields + list(as_input(images[::40]).split(16))


@torch.no_grad()
def features_side(model, images: torch.Tensor) -> int:
    """Width and height of the feature map whose mean the embedding is."""
    return model.features(images[:1]).shape[2]


# Added to the logits of background, cytoplasm and nucleus. Trained with a loss that favours cells, the network draws
# them a tenth too large on the BCCD validation fold. Its Dice there rises up to three times these offsets, but that is the
# margin BCCD's outlines were drawn with: more of it cuts pale cytoplasm in other laboratories.
CLASS_OFFSETS = (0.6, 0.0, -0.3)


def offset_classes(segmenter, offsets=CLASS_OFFSETS) -> None:
    """Adds an offset a class to the biases of the class head, which has one output for each of 2 x 2 pixels a class."""
    with torch.no_grad():
        segmenter.head_classes.bias += torch.tensor(offsets).repeat_interleave(4)


def offset_labels(model, images: np.ndarray, labels: np.ndarray) -> None:
    """Adds to the biases of a classifier's head what validation cells ask for (reliability.fit_offsets).

    Not against basophils: many that it was trained on were made (augment.granulated), and validation cells, all of one
    laboratory, can't say how many of another's are missed.
    """
    offsets = reliability.fit_offsets(evaluate.float_classifier(model)(images).astype(np.float64), labels)
    basophil = LABELS.index("BAS")
    offsets[basophil] = max(0.0, offsets[basophil])
    with torch.no_grad():
        model.head.bias += torch.from_numpy(offsets).float()


def as_input(images: np.ndarray) -> torch.Tensor:
    """OD uint8 [N, H, W, 3] -> float [N, 3, H, W] in [0, 1]."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255


@torch.no_grad()
def calibrate(run_flow, layers, stored, batches):
    """Runs the network with its rounded weights; returns the value range of every quantised tensor."""
    run = flow.FloatRun(layers, {name: real_kernel(s) for name, s in stored.items()})
    for x in batches:
        run_flow(run, x)
    return run.ranges()


def output_entries(graph: QdqGraph, kind: str, side: int) -> dict:
    """The manifest's `outputs`, and for a classifier `features`, which is only asked for when there is a reason."""
    entries = {}
    for name, t in graph.output_info.items():
        entry = {"name": name, "dtype": "uint8", "scale": float(t.scale), "zero_point": t.zero_point}
        if name == "logits":
            entry |= {"layout": "NC", "shape": ["N", len(LABELS)], "channels": LABELS}
        elif name == "embedding":
            entry |= {"layout": "NC", "shape": ["N", t.channels]}
        elif name == "features":
            entry |= {"layout": "NHWC", "shape": ["N", side, side, t.channels]}
        else:
            channels = ["background", "cytoplasm", "nucleus"] if name == "classes" else ["distance"]
            entry |= {"layout": "NHWC", "shape": ["N", "H/2", "W/2", len(channels)], "stride": 2, "channels": channels}
        entries[name] = entry
    features = entries.pop("features", None)
    return {"outputs": list(entries.values())} | ({"features": features} if kind == "classifier" else {})


def make_reliable(folder: Path, manifest: dict, run, train, val, test) -> None:
    """Fits temperature, prediction sets, unlikeness and exemplars, and measures them on the test rows.

    run: evaluate.int8_embedder; train, val, test: (crops, labels).
    """
    _, train_embeddings = run(train[0])
    logits, embeddings = run(val[0])
    manifest["temperature"] = temperature = reliability.fit_temperature(logits, val[1])
    thresholds = reliability.set_thresholds(reliability.softmax(logits, temperature), val[1])
    manifest["prediction_sets"] = {"coverage": reliability.COVERAGE, "thresholds": thresholds.tolist()}
    unlike = reliability.fit_unlikeness(train_embeddings, logits, embeddings, temperature)
    table, named = reference.exemplars(train_embeddings, train[1], [row["path"] for row in cell_rows("train")])
    reference.write(folder, manifest, unlike, table, named)

    manifest.setdefault("metrics", {})["reliability"] = evaluate.reliability_metrics(run, manifest, folder, *test, "test")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("kind", choices=["classifier", "segmenter"])
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, help="pack that finds the central cells (classifier only)")
    p.add_argument("--version", default="1.1.0")
    p.add_argument("--created", default=datetime.date.today().isoformat())
    args = p.parse_args()
    kind, name = args.kind, args.pack.name
    saved = torch.load(args.model)
    model = evaluate.load_float(args.model)
    if kind == "segmenter":
        offset_classes(model)
    else:
        segmenter = evaluate.int8_segmenter(*open_session(args.segmenter, threads=2))
        val = faded_cells("val", segmenter)[:2]
        offset_labels(model, *val)
    run_flow = getattr(flow, kind)

    layers = flow.layers_of(model)
    stored = {n: quantise_layer(l) for n, l in layers.items()}
    shapes = {n: real_kernel(s).shape for n, s in stored.items()}
    if kind == "classifier":
        train_images, train_labels, train_sources, diameters = faded_cells("train", segmenter)
        sample, sample_labels = even_sample(train_images, train_labels, train_sources)
        batches = list(as_input(sample).split(64))
    else:
        batches = calibration_fields()
    ranges = calibrate(run_flow, layers, stored, batches)
    graph = QdqGraph(layers, shapes, ranges)
    run_flow(graph, graph.image())

    side = [96, 96] if kind == "classifier" else ["H", "W"]
    manifest = {
        "schema": "kronocyte/model/1", "name": name, "kind": kind, "version": args.version, "created": args.created,
        "license": "Apache-2.0",
        "input": {"name": "image", "dtype": "uint8", "layout": "NHWC", "shape": ["N", *side, 3], "colour_order": "RGB",
                  "um_per_px": UM_PER_PX,
                  "encoding": {"type": "optical_density", "log_base": 10, "od_max": OD_MAX},
                  "white_balance": {"method": "channel_percentile", "percentile": WB_PERCENTILE}}}
    manifest |= output_entries(graph, kind, features_side(model, batches[0]) if kind == "classifier" else 0)
    if kind == "segmenter":
        manifest["tile"] = {"max_px": 512, "multiple_px": 16, "overlap_px": 96}
    else:
        manifest |= {"labels": LABELS, "temperature": 1.0, "surroundings": {"fade_margin_um": MARGIN_UM},
                     "views": VIEWS, "ruler": size_ruler(train_labels, train_sources, diameters)}
    sets = [{"name": n, "licence": SETS[n], "images": count} for n, count in saved["sets"].items()]
    manifest["training"] = {"sets": sets, "seed": saved["seed"], "epochs": saved["epochs"],
                            "recipe": f"models-quantized/training/train_{kind}.py"}

    temporary = args.pack.with_name(f".{name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    order = [(n, shapes[n], graph.input_scales[n], stored[n]) for n in graph.input_scales]
    write_pack(temporary, manifest, graph.serialise(name, ["N", *side, 3]), order)
    manifest = forms.complete(temporary, class_moments(model, sample, sample_labels) if kind == "classifier" else None)

    opened = open_session(temporary, threads=2)
    if kind == "classifier":
        run = evaluate.int8_classifier(*opened)
        images, labels = faded_cells("test", segmenter)[:2]
        make_reliable(temporary, manifest, evaluate.int8_embedder(*opened), (train_images, train_labels), val,
                      (images, labels))
        write_manifest(temporary, manifest)
        again = evaluate.looking_again(evaluate.float_classifier(model), manifest)
        manifest["metrics"] |= {"float": evaluate.classifier_metrics(again, images, labels),
                                "int8": evaluate.classifier_metrics(run, images, labels),
                                "other_labs": abroad.measure(temporary, segmenter)}
    else:
        run = evaluate.int8_segmenter(*opened)
        manifest["metrics"] = {"float": evaluate.segmenter_metrics(evaluate.float_segmenter(model)),
                               "int8": evaluate.segmenter_metrics(run)}
        manifest["metrics"]["detection"] = {w: evaluate.detection_metrics(run, w) for w in ("bccd-test", "raabin")}
        manifest["metrics"]["central_nuclei"] = evaluate.central_nuclei(run)
    write_manifest(temporary, manifest)
    (temporary / "MODEL_CARD.md").write_text(card.text(manifest))
    replace(temporary, args.pack)
    print(args.pack, manifest["files"], manifest["metrics"], sep="\n")


def replace(new: Path, old: Path) -> None:
    """Swap folders: a reader sees the old pack, for an instant none, then the new one; never a mixture."""
    retired = old.with_name(f".{old.name}.old")
    shutil.rmtree(retired, ignore_errors=True)
    if old.exists():
        os.rename(old, retired)
    os.rename(new, old)
    shutil.rmtree(retired, ignore_errors=True)


if __name__ == "__main__":
    main()
