"""The experiment that decides what is shipped: accuracy against bytes, arithmetic and int8 latency of rival networks.

Usage: python experiment.py run --cache RUNS [--seconds 120] [--seeds 1 2 3] [--only NAME ...]
       python experiment.py finalist --cache RUNS --name NAME --model RUN/model.pt --log RUN.log [--log EARLIER.log ...]
       python experiment.py report
Every run trains one network on the train rows of cells/split.csv at 64 px with the same augmentation and the same CPU
seconds on one thread, and adds a line to experiment/runs.csv; runs that are in the file are not repeated. `finalist`
measures what train_classifier.py trained at full size and adds it to experiment/finalists.csv. `report` writes
experiment/REPORT.md and experiment/pareto.svg from these two files alone.
"""

import argparse
import copy
import csv
import math
import statistics
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from sklearn.metrics import f1_score
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

import augment
from cell_masks import faded
from data import LABELS, load_cells
from evaluate import load_float
from kron import KroneckerConv2d
from networks import CellClassifier, ConvUnit
from report import epochs_of
from rivals import MobileNetV2, MonarchClassifier
from cell_steps import balanced_weights

SIDE, BATCH = 64, 64
FOLDER = Path(__file__).with_name("experiment")
RUNS = FOLDER / "runs.csv"
FINALISTS = FOLDER / "finalists.csv"
FULL_SIDE = 96
FIELDS = ["network", "seed", "cpu_seconds", "epochs", "wire_bytes", "mmac", "int8_us", "val_f1_at_half", "val_f1_at_three_quarters",
          "val_f1", "test_accuracy", "test_f1"]
FINALIST_FIELDS = ["network", "seed", "stages", "epochs", "minutes", "wire_bytes", "mmac", "int8_us", "val_f1_at_half",
                   "val_f1_at_three_quarters", "val_f1", "test_accuracy", "test_f1"]
NETWORKS = {
    "dense parent": lambda: CellClassifier(len(LABELS), None),
    "kronecker rank 2": lambda: CellClassifier(len(LABELS), 2),
    "kronecker rank 4": lambda: CellClassifier(len(LABELS), 4),
    "kronecker rank 8": lambda: CellClassifier(len(LABELS), 8),
    "narrow": lambda: CellClassifier(len(LABELS), None, (14, 24, 34)),
    "monarch": lambda: MonarchClassifier(len(LABELS)),
    "mobilenetv2 0.35": lambda: MobileNetV2(len(LABELS)),
}


def wire_bytes(model) -> int:
    """int8 weights or factors, a float scale for each row of each factor or channel, an int32 bias for each channel; half
    of all that for a layer whose factors have four bits."""
    total = 0
    for m in model.modules():
        if isinstance(m, KroneckerConv2d):
            rank, o1, _ = m.a.shape
            o2 = m.b.shape[1]
            total += (m.a.numel() + m.b.numel() + 4 * rank * (o1 + o2) + 4 * o1 * o2) * m.bits // 8
        elif isinstance(m, (nn.Conv2d, nn.Linear)):
            total += m.weight.numel() + 8 * m.weight.shape[0]
    return total


def multiply_adds(model, side=SIDE) -> float:
    """Million multiply-adds of one cell, factored layers counted as they are executed: expanded."""
    total = 0

    def count(m, _, out):
        nonlocal total
        weight = m.weight() if isinstance(m, KroneckerConv2d) else m.weight
        total += weight[0].numel() * out[0].numel()

    hooks = [m.register_forward_hook(count) for m in model.modules()
             if isinstance(m, (KroneckerConv2d, nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        model.eval()(torch.zeros(1, 3, side, side))
    for h in hooks:
        h.remove()
    return total / 1e6


def expanded(model):
    """A copy with dense kernels and folded batch norms."""
    model = copy.deepcopy(model).eval()
    for unit in [m for m in model.modules() if isinstance(m, ConvUnit)]:
        if isinstance(unit.conv, KroneckerConv2d):
            k = unit.conv
            weight = k.weight().detach()
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, k.stride, k.padding, bias=False)
            conv.weight.data = weight
            unit.conv = conv.eval()
        if isinstance(unit.conv, nn.Conv2d):
            unit.conv, unit.norm = fuse_conv_bn_eval(unit.conv, unit.norm), nn.Identity()
        else:
            unit.conv.mix, unit.norm = fuse_conv_bn_eval(unit.conv.mix, unit.norm), nn.Identity()
    for block in [m for m in model.modules() if isinstance(m, nn.Sequential)]:
        for k in range(len(block) - 1):
            if isinstance(block[k], nn.Conv2d) and isinstance(block[k + 1], nn.BatchNorm2d):
                block[k], block[k + 1] = fuse_conv_bn_eval(block[k].eval(), block[k + 1].eval()), nn.Identity()
    return model.eval()


class Samples(CalibrationDataReader):
    def __init__(self, images):
        self.rest = iter(images)

    def get_next(self):
        image = next(self.rest, None)
        return None if image is None else {"image": image[None]}


def int8_latency_us(model, images) -> float:
    """Median time of one cell in ONNX Runtime, int8 (QDQ, per channel), one thread; images: float [N, 3, side, side]."""
    with tempfile.TemporaryDirectory() as folder:
        real, small = Path(folder) / "real.onnx", Path(folder) / "int8.onnx"
        torch.onnx.export(expanded(model), (torch.zeros(1, *images.shape[1:]),), real, input_names=["image"], dynamo=True,
                          external_data=False, verbose=False)
        quantize_static(real, small, Samples(images), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(small, options, providers=["CPUExecutionProvider"])
        feed, times = {"image": images[:1]}, []
        for _ in range(600):
            began = time.perf_counter()
            session.run(None, feed)
            times.append(time.perf_counter() - began)
    return statistics.median(times[100:]) * 1e6


def batch_of(images, index, generator):
    x = torch.from_numpy(images[index]).permute(0, 3, 1, 2).float() / 255
    grid = augment.affine_grid(len(index), SIDE, 1.0, generator, shift=0.1)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return augment.stain(x, generator, mix=0.05, gain=(0.8, 1.25), tilt=0.08, offset=0.02)


@torch.no_grad()
def predict(model, images):
    model.eval()
    return torch.cat([model(torch.from_numpy(part).permute(0, 3, 1, 2).float() / 255)
                      for part in np.array_split(images, math.ceil(len(images) / 256))]).argmax(1).numpy()


def train(model, train_set, val_set, seconds, seed):
    """One-cycle AdamW for `seconds` of this process's CPU time. Returns (epochs, validation macro-F1 at 1/2, 3/4, end)."""
    images, labels, sources = train_set
    weights = torch.from_numpy(balanced_weights(labels, sources))
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.02)
    spent, steps, marks, scores = 0.0, 0, [0.5, 0.75, 1.0], []
    while spent < seconds:
        began = time.process_time()
        share = spent / seconds
        rate = 4e-3 * (share / 0.2 if share < 0.2 else 0.5 * (1 + math.cos(math.pi * (share - 0.2) / 0.8)))
        for group in optimiser.param_groups:
            group["lr"] = max(rate, 1e-5)
        index = torch.multinomial(weights, BATCH, replacement=True, generator=generator).numpy()
        model.train()
        x = batch_of(images, index, generator).contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(model(x), torch.from_numpy(labels[index]), label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        steps += 1
        spent += time.process_time() - began
        while marks and spent >= marks[0] * seconds:
            marks.pop(0)
            scores.append(f1_score(val_set[1], predict(model, val_set[0]), average="macro"))
    return steps * BATCH / len(labels), scores


def crops(cache: Path):
    """(train, val, test), each (OD uint8 [N, 64, 64, 3], labels, sources)."""
    def smaller(images):
        return np.stack([cv2.resize(i, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for i in images])
    z = np.load(cache / "cells-train-128.npz")
    found = [(smaller(z["images"]), z["labels"], z["sources"])]
    return found + [load_cells(split, SIDE) for split in ("val", "test")]


def lines_of(path):
    if not path.exists():
        return []
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def add(path, fields, values):
    FOLDER.mkdir(exist_ok=True)
    new = not path.exists()
    with open(path, "a", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        if new:
            w.writerow(fields)
        w.writerow(values)
    print(*values, flush=True)


def run(args):
    torch.set_num_threads(1)
    train_set, val_set, test_set = crops(args.cache)
    finished = {(r["network"], int(r["seed"])) for r in lines_of(RUNS) if float(r["cpu_seconds"]) == args.seconds}
    for seed in args.seeds:
        for name in args.only or NETWORKS:
            if (name, seed) in finished:
                continue
            torch.manual_seed(seed)
            model = NETWORKS[name]()
            epochs, scores = train(model, train_set, val_set, args.seconds, seed)
            guess = predict(model, test_set[0])
            samples = np.ascontiguousarray(train_set[0][::100].transpose(0, 3, 1, 2)[:100]).astype(np.float32) / 255
            values = [name, seed, args.seconds, round(epochs, 1), wire_bytes(model), round(multiply_adds(model), 2),
                      round(int8_latency_us(model, samples)), *(round(float(s), 4) for s in scores),
                      round(float(np.mean(guess == test_set[1])), 4),
                      round(float(f1_score(test_set[1], guess, average="macro")), 4)]
            add(RUNS, FIELDS, values)


def finalist(args):
    torch.set_num_threads(1)
    stages = [epochs_of(log.read_text()) for log in args.log]
    last = stages[-1]
    saved, model = torch.load(args.model), load_float(args.model)
    z = np.load(args.cache / "cells-test-96.npz")
    guess = predict(model, faded(z["images"], z["masks"]))
    samples = np.load(args.cache / "cells-train-128.npz")["images"][::100][:100]
    samples = np.stack([cv2.resize(i, (FULL_SIDE, FULL_SIDE), interpolation=cv2.INTER_AREA) for i in samples])
    samples = np.ascontiguousarray(samples.transpose(0, 3, 1, 2)).astype(np.float32) / 255
    add(FINALISTS, FINALIST_FIELDS, [
        args.name, saved["seed"], len(stages), sum(len(s) for s in stages), round(sum(e.seconds for s in stages for e in s) / 60),
        wire_bytes(model), round(multiply_adds(model, FULL_SIDE), 2), round(int8_latency_us(model, samples)),
        *(round(last[max(0, math.ceil(len(last) * share) - 1)].macro_f1, 4) for share in (0.5, 0.75, 1.0)),
        round(float(np.mean(guess == z["labels"])), 4), round(float(f1_score(z["labels"], guess, average="macro")), 4)])


def report(_):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "experiment"
    from matplotlib import pyplot, ticker

    rows = lines_of(RUNS)
    lines = ["# Kronecker layers against their rivals", "",
             "Written by `experiment.py report` from `runs.csv`. 13 classes, 64 px crops without fading, the same augmentation and",
             "the same CPU seconds on one thread for every run; mean and standard deviation over seeds; int8 latency of one cell in",
             "ONNX Runtime on one thread of the machine that trained, the lowest of the seeds. The test rows chose nothing.", "",
             "| network | CPU s | seeds | epochs | bytes on the wire | MMAC | int8 us | val macro-F1 at 1/2, 3/4, end | test accuracy | test macro-F1 |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    figure, axes = pyplot.subplots(1, 3, figsize=(12, 4.2), sharey=True)
    for name, seconds in dict.fromkeys((r["network"], r["cpu_seconds"]) for r in rows):
        mine = [r for r in rows if (r["network"], r["cpu_seconds"]) == (name, seconds)]

        def mean(field):
            return statistics.mean(float(r[field]) for r in mine)

        def spread(field):
            return statistics.stdev(float(r[field]) for r in mine) if len(mine) > 1 else 0.0
        lines.append(f"| {name} | {float(seconds):.0f} | {len(mine)} | {mean('epochs'):.0f} | {int(mean('wire_bytes')):,} | "
                     f"{mean('mmac'):.1f} | {min(int(r['int8_us']) for r in mine)} | {mean('val_f1_at_half'):.3f}, "
                     f"{mean('val_f1_at_three_quarters'):.3f}, {mean('val_f1'):.3f} | "
                     f"{mean('test_accuracy'):.3f} ± {spread('test_accuracy'):.3f} | {mean('test_f1'):.3f} ± {spread('test_f1'):.3f} |")
        costs = mean("wire_bytes") / 1024, mean("mmac"), min(int(r["int8_us"]) for r in mine)
        for ax, cost in zip(axes, costs):
            ax.errorbar(cost, mean("test_f1"), yerr=spread("test_f1"), marker="o", capsize=3, label=name)
    for ax, what in zip(axes, ("KiB on the wire (int8)", "million multiply-adds a cell", "us a cell, int8, one thread")):
        ax.set(xscale="log", xlabel=what)
        ax.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        ax.xaxis.set_minor_formatter(ticker.NullFormatter())
        ax.grid(alpha=0.3)
    axes[0].set(ylabel="macro-F1, test rows")
    axes[2].legend(fontsize=8, loc="lower left")
    figure.tight_layout()
    figure.savefig(FOLDER / "pareto.svg", metadata={"Date": None})
    lines += ["", "![accuracy against bytes, arithmetic and time](pareto.svg)", "", *finalists()]
    (FOLDER / "REPORT.md").write_text("\n".join(lines))


def finalists() -> list[str]:
    lines = ["## Full size", "",
             "96 px, faded surroundings, the augmentation and the teachers of what is shipped (`train_classifier.py`); float, without",
             "class offsets, every crop read once. Epochs and minutes of all stages, on one core each beside other work (in the last four",
             "lines of the stages after 1.7.0, but for 12 epochs on two cores in bfloat16, and latencies of slower days); the macro-F1 on",
             "`val` is of the last stage at its half, at three quarters and at its end.", "",
             "| network | seed | stages | epochs | minutes | bytes on the wire | MMAC | int8 us | val macro-F1 at 1/2, 3/4, end | test accuracy | test macro-F1 |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    return lines + [f"| {r['network']} | {r['seed']} | {r['stages']} | {r['epochs']} | {r['minutes']} | {int(r['wire_bytes']):,} | "
                    f"{float(r['mmac']):.1f} | {r['int8_us']} | {r['val_f1_at_half']}, {r['val_f1_at_three_quarters']}, {r['val_f1']} | "
                    f"{r['test_accuracy']} | {r['test_f1']} |" for r in lines_of(FINALISTS)] + [""]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = p.add_subparsers(required=True)
    r = commands.add_parser("run")
    r.add_argument("--cache", type=Path, required=True, help="folder with the prepared crops of train_classifier.py")
    r.add_argument("--seconds", type=float, default=120, help="CPU seconds of training for each run")
    r.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    r.add_argument("--only", nargs="+", choices=list(NETWORKS))
    r.set_defaults(do=run)
    f = commands.add_parser("finalist")
    f.add_argument("--cache", type=Path, required=True, help="folder with the prepared crops of train_classifier.py")
    f.add_argument("--name", required=True)
    f.add_argument("--model", type=Path, required=True)
    f.add_argument("--log", type=Path, action="append", required=True, help="what the stages printed, the last one last")
    f.set_defaults(do=finalist)
    commands.add_parser("report").set_defaults(do=report)
    args = p.parse_args()
    args.do(args)


if __name__ == "__main__":
    main()
