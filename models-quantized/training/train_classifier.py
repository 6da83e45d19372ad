"""Trains the 13-class cell classifier on the train rows of cells/split.csv and the train cells of BCCD; the `val` rows
choose nothing but are logged.

Usage: python train_classifier.py --out RUN_FOLDER --segmenter SEG/model.pt|PACK [--teacher T/model.pt] [--rank 8]
Resumes from RUN_FOLDER/checkpoint.pt when it is there; RUN_FOLDER/model.pt is the averaged model after every epoch.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from cell_masks import faded
from cell_steps import (CROP_UM, INPUT_PX, JOINT_BCCD, JOINT_CELLS, SOURCE_PX, Cells, Shares, cached, made_ahead,
                        next_step)
from checkpoint import Checkpoint, save
from data import LABELS
from evaluate import load_float
from kron import LEVELS, widened
from networks import CellClassifier
from site_norm import normalised

DISTIL_TEMPERATURE = 2.0


def objective(logits, accepted, soft_target):
    """Cross-entropy of the accepted classes together [N, 13] (one for most cells), a little smoothed; where none is
    accepted, with all classes alike. With a teacher mixed with its softened answer on the same augmented crops (Hinton
    et al. 2015), where that answer is right."""
    log_p = logits.log_softmax(1)
    named = accepted.any(1)
    right = torch.logsumexp(log_p.masked_fill(~accepted & named[:, None], -torch.inf), 1)
    hard = -torch.where(named, 0.95 * right + 0.05 * log_p.mean(1), log_p.mean(1))
    if soft_target is None:
        return hard.mean()
    soft = F.kl_div((logits / DISTIL_TEMPERATURE).log_softmax(1), soft_target, reduction="none").sum(1)
    taught = 0.6 * accepted.gather(1, soft_target.argmax(1, keepdim=True))[:, 0].float()
    return ((1 - taught) * hard + taught * DISTIL_TEMPERATURE ** 2 * soft).mean()


def softened(teachers, step):
    """Mean softened answer [N, 13] of the teachers; None without one."""
    answers = []
    for teacher in teachers:
        with torch.no_grad(), normalised(teacher, **step.how):
            answers.append((teacher(step.x) / DISTIL_TEMPERATURE).softmax(1))
    return torch.stack(answers).mean(0) if answers else None


@torch.no_grad()
def predict(model, images, batch=256):
    """Logits [N, 13] for uint8 OD crops [N, px, px, 3]."""
    model.eval()
    parts = [model(torch.from_numpy(images[i:i + batch]).permute(0, 3, 1, 2).float() / 255)
             for i in range(0, len(images), batch)]
    return torch.cat(parts)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--start", type=Path, help="model.pt whose weights to start from; its rank may be lower")
    p.add_argument("--segmenter", type=Path, required=True,
                   help="segmenter that marks the central cells: its model.pt, or a pack's folder")
    p.add_argument("--teacher", type=Path, nargs="+", default=[], help="model.pt of each classifier to learn from")
    p.add_argument("--cache", type=Path, help="folder of prepared crops to share between runs (default: --out)")
    p.add_argument("--epochs", type=int, default=40)
    p.add_argument("--rate", type=float, default=4e-3)
    p.add_argument("--rank", type=int, default=8, help="of the Kronecker layers; 0 makes them dense")
    p.add_argument("--bits", type=int, choices=sorted(LEVELS), default=8, help="of the factors that are shipped")
    p.add_argument("--widths", type=int, nargs=3, default=CellClassifier.WIDTHS, help="channels of the three resolutions")
    p.add_argument("--lab", choices=["marrow", "peripheral"], help="train on this laboratory alone (leave_one_lab_out.py)")
    p.add_argument("--site-steps", type=float, default=0.5, help="share of the steps that normalise site by site")
    p.add_argument("--near-steps", type=float, default=0.0,
                   help="share of the other steps that stay near the laboratories' own looks: for last stages")
    p.add_argument("--nothings", type=int, default=0,
                   help="crops of the other steps, beside their 80 cells, that show nothing to name: red cells, background, "
                        "cells blurred beyond telling")
    p.add_argument("--crop-um", type=float, default=CROP_UM,
                   help="width of what the network sees of a cell; first stages are quicker with less than the whole crop")
    p.add_argument("--bfloat16", action="store_true",
                   help="multiply in bfloat16: quicker where the CPU does so (avx512_bf16, amx_bf16 in /proc/cpuinfo)")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1, help="of the network that learns; one more draws the crops")
    args = p.parse_args()
    if args.lab and args.nothings:
        p.error("--lab trains on one laboratory's cells alone: leave --nothings away, whose crops come from another")
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    images, labels, sources, masks = cached(args.cache or args.out, "train", SOURCE_PX, args.segmenter)
    cells = Cells(images, labels, sources, masks, args.lab)
    val_images, val_labels, _, val_masks = cached(args.cache or args.out, "val", INPUT_PX, args.segmenter)
    px = round(args.crop_um / CROP_UM * INPUT_PX)
    margin = (INPUT_PX - px) // 2
    val_images = faded(val_images, val_masks)[:, margin:margin + px, margin:margin + px]
    shares = Shares(args.site_steps, args.near_steps, args.nothings)
    half = partial(torch.autocast, "cpu", torch.bfloat16, enabled=args.bfloat16)

    model = CellClassifier(len(LABELS), args.rank or None, tuple(args.widths), args.bits)
    teachers = [load_float(path) for path in args.teacher]
    for teacher in teachers:
        # Normalises by the batch, as its pupil does, so that both see a site in the same way; but without dropout.
        teacher.train()
        teacher.dropout.eval()
    if args.start:
        model.load_state_dict(widened(torch.load(args.start)["state"], model))
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995), use_buffers=True)
    steps = len(cells.large[0]) // (JOINT_CELLS + JOINT_BCCD)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, total_steps=steps * args.epochs, pct_start=0.2)
    checkpoint = Checkpoint(args.out / "checkpoint.pt", model=model, average=average, optimiser=optimiser, schedule=schedule)

    for epoch in range(checkpoint.resume(), args.epochs):
        began, total = time.time(), 0.0
        generator = torch.Generator().manual_seed(args.seed * 1000 + epoch)

        def prepared(generator=generator):
            step = next_step(cells, shares, px, generator)
            with half():
                return step, softened(teachers, step)

        model.train()
        for step, soft_target in made_ahead(prepared, steps):
            with half(), normalised(model, **step.how):
                logits = model(step.x)
            loss = objective(logits, step.accepted, soft_target)
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
        checkpoint.keep(epoch + 1)
        sets = {f"cells/{lab}": int(np.sum(sources == lab)) for lab in ([args.lab] if args.lab else sorted(set(sources)))}
        if not args.lab:
            sets["masks/bccd"] = len(cells.bccd[0])
        save({"state": average.module.state_dict(), "rank": args.rank or None, "bits": args.bits, "widths": tuple(args.widths),
              "seed": args.seed, "epochs": epoch + 1, "sets": sets}, args.out / "model.pt")


if __name__ == "__main__":
    main()
