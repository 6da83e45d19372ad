"""Turns a shipped pack back into a checkpoint to train on from: `--start` of a new stage, `--teacher`, or `--model`.

Usage: python from_pack.py --pack ../packs/NAME --out RUN_FOLDER/model.pt [--segmenter ../packs/SEGMENTER [--dense]]
What a pack keeps of a layer is its rounded weights with the batch norm folded in. The checkpoint has them again apart: the
norm's statistics are measured on training images, and its gain and bias are what then gives the same answers. What is
lost is the rounding to int8; what export.py added to the heads is taken off a segmenter's, and stays in a classifier's,
where the next export fits what is missing. --dense multiplies a classifier's factors out: a parent to begin with.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from evaluate import int8_segmenter
from export import CLASS_OFFSETS, as_input, calibration_fields, even_sample, faded_cells, offset_classes
from kron import KroneckerConv2d
from networks import CellClassifier, CellSegmenter, ConvUnit
from pack import open_session, read_layer, read_pack, real_factors, real_kernel


def empty_model(manifest: dict, dense: bool):
    """The untrained network that a manifest describes, or a dense one of its size."""
    if manifest["kind"] == "segmenter":
        return CellSegmenter()
    layers = {e["name"]: e for e in manifest["layers"]}
    body = layers["body1"]
    widths = tuple(layers[n]["shape"][0] for n in ("patch", "down2", "down4"))
    rank = body["a"]["shape"][0] if "a" in body and not dense else None
    bits = 4 if rank and body["a"].get("dtype") == "int4" else 8
    return CellClassifier(layers["head"]["shape"][0], rank, widths, bits)


@torch.no_grad()
def fill(module, stored: dict) -> None:
    """Gives a convolution, with or without its norm, or the linear head the arrays of a pack's layer."""
    real = lambda array: torch.from_numpy(np.asarray(array, np.float64)).float()
    if not isinstance(module, ConvUnit):
        module.weight.copy_(real(real_kernel(stored)).view_as(module.weight))
        module.bias.copy_(real(stored["bias"]))
        return
    norm = module.norm
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.bias.copy_(real(stored["bias"]))
    if isinstance(module.conv, KroneckerConv2d):
        for factor, array in zip((module.conv.a, module.conv.b), real_factors(stored)):
            factor.copy_(real(array))
        norm.weight.copy_(real(stored["gain"]))
    else:
        module.conv.weight.copy_(real(real_kernel(stored)))
        norm.weight.fill_(1)


@torch.no_grad()
def settle(model, batches) -> None:
    """Measures every norm's statistics on `batches` and rescales its gain and bias, so that the answers stay the same."""
    sums = {}

    def keep(name):
        def hook(_, __, y):
            count, total, square = sums.get(name, (0, 0.0, 0.0))
            values = y.double().transpose(0, 1).flatten(1)
            sums[name] = count + values.shape[1], total + values.sum(1), square + (values * values).sum(1)
        return hook

    units = {n: m for n, m in model.named_children() if isinstance(m, ConvUnit)}
    hooks = [m.conv.register_forward_hook(keep(n)) for n, m in units.items()]
    for x in batches:
        model(x)
    for hook in hooks:
        hook.remove()
    for name, unit in units.items():
        count, total, square = sums[name]
        gain, bias = unit.folded()
        mean, norm = total / count, unit.norm
        variance = (square / count - mean * mean).clamp(min=0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(gain * torch.sqrt(norm.running_var.double() + norm.eps))
        norm.bias.copy_(bias + mean * gain)


def restored(folder: Path, batches=(), dense=False):
    """The network of a pack in float, ready to be trained on.

    batches: training images that tell its norms' statistics; dense: with Kronecker products multiplied out.
    """
    manifest, _, _ = read_pack(folder)
    blob = (Path(folder) / "weights.bin").read_bytes()
    model = empty_model(manifest, dense).eval()
    for entry in manifest["layers"]:
        fill(getattr(model, entry["name"]), read_layer(entry, blob))
    if batches:
        settle(model, batches)
    return model


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    p.add_argument("--segmenter", type=Path, help="pack that finds the central cells (classifier only)")
    p.add_argument("--dense", action="store_true", help="multiply Kronecker products out")
    args = p.parse_args()
    manifest, _, _ = read_pack(args.pack)
    if (manifest["kind"] == "classifier") != (args.segmenter is not None):
        p.error(f"{args.pack} is a {manifest['kind']}: --segmenter is for a classifier, which needs it")
    training = manifest["training"]
    kept = {"seed": training["seed"], "epochs": training["epochs"],
            "sets": {s["name"]: s["images"] for s in training["sets"]}}
    if args.segmenter:
        images, labels, sources, _ = faded_cells("train", int8_segmenter(*open_session(args.segmenter, threads=2)))
        model = restored(args.pack, list(as_input(even_sample(images, labels, sources)[0]).split(64)), args.dense)
        kept |= {"rank": getattr(model.body1.conv, "rank", None), "bits": getattr(model.body1.conv, "bits", 8),
                 "widths": (model.patch.conv.out_channels, model.down2.norm.num_features, model.down4.norm.num_features)}
    else:
        model = restored(args.pack, calibration_fields())
        offset_classes(model, [-offset for offset in CLASS_OFFSETS])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"state": model.state_dict()} | kept, args.out)


if __name__ == "__main__":
    main()
