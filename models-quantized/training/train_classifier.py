"""Trains the 13-class cell classifier on the train rows of cells/split.csv; `val` rows choose nothing but are logged.

Usage: python train_classifier.py --out RUN_FOLDER [--start OTHER/model.pt] [--epochs 40] [--threads 2]
Resumes from RUN_FOLDER/checkpoint.pt when it is there; RUN_FOLDER/model.pt is the averaged model after every epoch.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import augment
from data import LABELS, load_cells
from networks import CellClassifier

SOURCE_PX = 128     # training crops are held at 24 um / 128 px, sharper than the input grid, so that zoom loses nothing
INPUT_PX = 96
SHIFT_UM, CROP_UM = 1.5, 24.0


def cached(out: Path, split: str, size: int):
    """load_cells with a cache in the run folder (never in the repository: it shows cells)."""
    path = out / f"cells-{split}-{size}.npz"
    if not path.exists():
        images, labels, sources = load_cells(split, size)
        np.savez(path, images=images, labels=labels, sources=sources)
    z = np.load(path)
    return z["images"], z["labels"], z["sources"]


def balanced_weights(labels, sources):
    """Sampling weight per crop: every class equally often, and within a class every laboratory equally often."""
    keys = np.array([f"{l}/{s}" for l, s in zip(labels, sources)])
    names, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    labs_per_class = {l: sum(n.startswith(f"{l}/") for n in names) for l in set(labels)}
    return 1.0 / counts[inverse] / np.array([labs_per_class[l] for l in labels])


def training_batch(images, index, generator):
    """uint8 crops [M, 128, 128, 3] -> augmented OD batch [N, 3, 96, 96]."""
    x = torch.from_numpy(images[index]).permute(0, 3, 1, 2).float() / 255
    grid = augment.affine_grid(len(index), INPUT_PX, 1.0, generator, shift=2 * SHIFT_UM / CROP_UM)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    # Two laboratories, two contrasts (99th percentile of OD 0.67 and 0.98 in green), each with classes of its own: take
    # that clue away, and prepare for the paler images of other cameras.
    strong = (torch.rand((len(index), 1, 1, 1), generator=generator) < 0.4).float()
    mild = augment.stain(x, generator, mix=0.06, gain=(0.75, 1.35), tilt=0.08, offset=0.025)
    wild = augment.contrast(x, generator, darkest=(0.2, 1.05))
    wild = augment.stain(wild, generator, mix=0.1, gain=(0.85, 1.18), tilt=0.2, offset=0.025)
    x = strong * wild + (1 - strong) * mild
    x = augment.blur(x, generator, sigma=(0.3, 1.1), chance=0.4)
    x = augment.dim_surroundings(x, generator)
    return augment.quantise(augment.noise(x, generator, level=0.025))


@torch.no_grad()
def predict(model, images, batch=256):
    """Logits [N, 13] for uint8 OD crops [N, 96, 96, 3]."""
    model.eval()
    parts = [model(torch.from_numpy(images[i:i + batch]).permute(0, 3, 1, 2).float() / 255)
             for i in range(0, len(images), batch)]
    return torch.cat(parts)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--start", type=Path, help="model.pt whose weights to start from")
    p.add_argument("--epochs", type=int, default=40)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--rate", type=float, default=4e-3)
    p.add_argument("--rank", type=int, default=10)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    args = p.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    images, labels, sources = cached(args.out, "train", SOURCE_PX)
    val_images, val_labels, _ = cached(args.out, "val", INPUT_PX)
    weights = torch.from_numpy(balanced_weights(labels, sources))

    model = CellClassifier(len(LABELS), args.rank)
    if args.start:
        model.load_state_dict(torch.load(args.start)["state"])
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995), use_buffers=True)
    steps = len(labels) // args.batch
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, total_steps=steps * args.epochs, pct_start=0.2)
    first = 0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        first = state["epoch"]

    for epoch in range(first, args.epochs):
        began, total = time.time(), 0.0
        generator = torch.Generator().manual_seed(args.seed * 1000 + epoch)
        order = torch.multinomial(weights, steps * args.batch, replacement=True, generator=generator)
        model.train()
        for step in range(steps):
            index = order[step * args.batch:(step + 1) * args.batch].numpy()
            x = training_batch(images, index, generator)
            loss = F.cross_entropy(model(x), torch.from_numpy(labels[index]), label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            total += loss.item()
        guess = predict(average.module, val_images).argmax(1).numpy()
        print(f"epoch {epoch + 1}/{args.epochs} loss {total / steps:.4f} val acc {np.mean(guess == val_labels):.4f} "
              f"macro-F1 {f1_score(val_labels, guess, average='macro'):.4f} {time.time() - began:.0f} s", flush=True)
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                 "schedule": schedule.state_dict(), "epoch": epoch + 1}
        save(state, checkpoint)
        sets = {f"cells/{lab}": int(np.sum(sources == lab)) for lab in sorted(set(sources))}
        save({"state": average.module.state_dict(), "rank": args.rank, "seed": args.seed, "epochs": epoch + 1,
              "sets": sets}, args.out / "model.pt")


def save(state, path: Path):
    """Write beside the target and rename, so that a reader never sees half a file."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


if __name__ == "__main__":
    main()
