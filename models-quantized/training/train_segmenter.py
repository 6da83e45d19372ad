"""Trains the cell segmenter on BCCD masks (MIT) and, with --pseudo, on self-made masks of the CC BY 4.0 crops.

Usage: python train_segmenter.py --out RUN_FOLDER [--pseudo PSEUDO.npz] [--start OTHER/model.pt] [--epochs 60]
One epoch is 64 batches of 32 tiles (128 x 128 px, 32 um) drawn from freshly composed canvases.
Resumes from RUN_FOLDER/checkpoint.pt; RUN_FOLDER/model.pt is the averaged model after every epoch.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import augment
from canvases import SIZE, UNKNOWN, Sample, build, number_cells, pool_of
from checkpoint import Checkpoint, save
from data import BCCD_UM_PER_PX, bccd_names, load_bccd
from encoding import encode_od, to_working_scale
from networks import CellSegmenter

TILE = 128
STEPS = 64


def bccd_sample(name: str) -> Sample:
    """One BCCD field at 0.25 um/px with its mask (nearest neighbour)."""
    rgb, mask = load_bccd(name)
    od = to_working_scale(encode_od(rgb), BCCD_UM_PER_PX)
    # A mask pixel takes the majority of the source pixels it covers.
    shares = np.stack([to_working_scale((mask == k).astype(np.float32), BCCD_UM_PER_PX) for k in range(3)])
    label = shares.argmax(0).astype(np.uint8)
    return Sample(od, label, number_cells(label))


def mask_fits(sample: Sample) -> bool:
    """False for the few BCCD masks that lie beside their cell: a nucleus must be much darker in red light."""
    red = sample.od[..., 0]
    nucleus, ground = red[sample.label == 2], red[sample.label == 0]
    if nucleus.size < 100:
        return False
    dark = np.mean(nucleus > np.percentile(ground, 95))
    # Pixels outside the mask as dark as the nucleus betray a shifted mask or a cell without one.
    missed = np.sum(ground > np.median(nucleus)) / nucleus.size
    return dark > 0.65 and missed < 0.2


def load_pseudo(path: Path) -> dict[str, list[Sample]]:
    """Samples by lab from pseudo_masks.py's npz: od, label, cells [N, 96, 96(, 3)] and lab names [N]."""
    z = np.load(path)
    labs = {}
    for od, label, cells, lab in zip(z["od"], z["label"], z["cells"], z["lab"]):
        labs.setdefault(str(lab), []).append(Sample(od, label, cells))
    return labs


def training_batch(canvas, index, generator):
    """Canvases -> augmented OD [N, 3, 128, 128], label int64 [N, 64, 64], distance [N, 1, 64, 64] (stride 2)."""
    od, label, distance = canvas
    n = len(index)
    x = torch.from_numpy(od[index]).permute(0, 3, 1, 2).float() / 255
    y = torch.from_numpy(label[index])[:, None].float()
    d = torch.from_numpy(distance[index])[:, None].float() / 255
    state = generator.get_state()
    room = dict(scale=(0.7, 1.4), shift=0.25)
    grid = augment.affine_grid(n, TILE, TILE / SIZE, generator, **room)
    generator.set_state(state)      # the same draw at half the resolution: the labels live at stride 2
    half = augment.affine_grid(n, TILE // 2, TILE / SIZE, generator, **room)
    # Beyond the canvas: mirrored, or clear slide as in the padding of a field's last tile.
    outside = "reflection" if torch.rand((), generator=generator) < 0.6 else "zeros"
    sample = dict(padding_mode=outside, align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", **sample)
    full = F.grid_sample(y, grid, mode="nearest", **sample)
    y = F.grid_sample(y, half, mode="nearest", **sample)[:, 0].round().long()
    d = F.grid_sample(d, half, mode="bilinear", **sample)
    x = augment.restain_tissue(x, (full == 0).float(), (full == 1).float(), generator)
    x = augment.blue_grey(x, (full == 0).float(), (full == 1).float(), (full == 2).float(), generator)
    x = augment.condensed(x, (full == 2).float(), generator)
    # The labs we know differ fourfold in contrast (red OD of nuclei 0.15 to 0.8): give every tile any of it.
    x = augment.contrast(x, generator)
    x = augment.stain(x, generator, mix=0.14, gain=(0.85, 1.18), tilt=0.3)
    x = augment.uneven_light(x, generator, amount=0.03)
    x = augment.blur(x, generator)
    x = augment.noise(x, generator, level=0.025)
    x = augment.jpeg(x, generator, chance=0.2)
    return augment.quantise(x), y, d


def segmentation_loss(logits, distance, label, target):
    """Cross-entropy + soft Dice (cytoplasm, nucleus, whole cell) + L1 on distance; unknown pixels left out."""
    known = (label != UNKNOWN)
    weight = torch.tensor([1.0, 1.4, 1.2])
    entropy = F.cross_entropy(logits, label.clamp(max=2).where(known, torch.full_like(label, -100)),
                              weight=weight, ignore_index=-100)
    p = logits.softmax(1) * known[:, None]
    t = F.one_hot(label.where(known, torch.zeros_like(label)), 3).permute(0, 3, 1, 2).float() * known[:, None]
    p = torch.cat([p[:, 1:], p[:, 1:].sum(1, keepdim=True)], 1)
    t = torch.cat([t[:, 1:], t[:, 1:].sum(1, keepdim=True)], 1)
    both, total = (p * t).sum((0, 2, 3)), (p + t).sum((0, 2, 3))
    dice = 1 - ((2 * both + 1) / (total + 1)).mean()
    error = (distance - target).abs() * known[:, None]
    # Inside cells the map matters most; outside it only has to stay near zero.
    spread = (error * (1 + 3 * (target > 0))).sum() / known.sum().clamp(min=1)
    return entropy + dice + spread


@torch.no_grad()
def field_dice(model, samples) -> tuple[float, float]:
    """Pooled (cell, nucleus) Dice at 0.25 um/px over samples: a quick figure for the log, not the reported one."""
    model.eval()
    counts = np.zeros((2, 2))
    for s in samples:
        h, w = s.label.shape
        ph, pw = -h % 16, -w % 16
        x = np.pad(s.od, ((0, ph), (0, pw), (0, 0)), mode="symmetric")
        x = torch.from_numpy(x).permute(2, 0, 1)[None].float() / 255
        logits = F.interpolate(model(x)[0], scale_factor=2.0, mode="bilinear", align_corners=False)
        guess = logits[0, :, :h, :w].argmax(0).numpy()
        for k, (a, b) in enumerate([(guess > 0, s.label > 0), (guess == 2, s.label == 2)]):
            counts[k] += 2 * (a & b).sum(), a.sum() + b.sum()
    return tuple(counts[:, 0] / counts[:, 1])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--pseudo", type=Path)
    p.add_argument("--start", type=Path, help="model.pt whose weights to start from")
    p.add_argument("--epochs", type=int, default=60)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--rate", type=float, default=4e-3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    args = p.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    train = [s for s in map(bccd_sample, bccd_names("train")) if mask_fits(s)]
    val = [s for s in map(bccd_sample, bccd_names("val")) if mask_fits(s)]
    pools, shares = {"bccd": pool_of(train)}, {"bccd/field": 5, "bccd/negative": 2, "bccd/clump": 3}
    if args.pseudo:
        for lab, samples in load_pseudo(args.pseudo).items():
            pools[lab] = pool_of(samples)
            shares[f"{lab}/field"] = 3
            if pools[lab]["backgrounds"]:
                shares[f"{lab}/clump"] = 1.5
                shares[f"{lab}/negative"] = 1.2
    sizes = {lab: {k: len(v) for k, v in pool.items()} for lab, pool in pools.items()}
    # Some crops come in copies.
    sets = {("masks/" if lab == "bccd" else "cells/") + lab: len({s.od.tobytes() for s in pool["samples"]})
            for lab, pool in pools.items()}
    print("pools", sizes, "validation fields", len(val), flush=True)

    model = CellSegmenter()
    if args.start:
        model.load_state_dict(torch.load(args.start)["state"])
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.99), use_buffers=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, total_steps=STEPS * args.epochs, pct_start=0.15)
    checkpoint = Checkpoint(args.out / "checkpoint.pt", model=model, average=average, optimiser=optimiser, schedule=schedule)

    for epoch in range(checkpoint.resume(), args.epochs):
        began, total = time.time(), 0.0
        rng = np.random.default_rng([args.seed, epoch])
        generator = torch.Generator().manual_seed(args.seed * 1000 + epoch)
        canvas = build(pools, shares, 512, rng)
        model.train()
        for _ in range(STEPS):
            index = rng.integers(0, len(canvas[0]), args.batch)
            x, y, d = training_batch(canvas, index, generator)
            loss = segmentation_loss(*model(x), y, d)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            total += loss.item()
        cell, nucleus = field_dice(average.module, val)
        print(f"epoch {epoch + 1}/{args.epochs} loss {total / STEPS:.4f} val Dice cell {cell:.4f} nucleus {nucleus:.4f} "
              f"{time.time() - began:.0f} s", flush=True)
        checkpoint.keep(epoch + 1)
        save({"state": average.module.state_dict(), "seed": args.seed, "epochs": epoch + 1, "sets": sets},
             args.out / "model.pt")


if __name__ == "__main__":
    main()
