"""Second readers against the int8 network on the same cells: does any of them add enough to be shipped?

Usage: python second_readers.py --pack ../packs/CLASSIFIER --segmenter ../packs/SEGMENTER --cache RUN_FOLDER
Fits on the train rows of cells/split.csv, chooses on `val`, measures on `test` and on the laboratories of abroad.py before
calibration; writes results/second_readers.md and prints it. RUN_FOLDER keeps cut cells and must lie outside version control.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from sklearn.metrics import roc_auc_score

import abroad
import morphology
from data import LABELS
from marked_cells import Cells, Reader
from readers import Boosting, Gaussians, average, best_on, best_share, interval, macro_f1, paired_bootstrap
from reliability import softmax

RESULT = Path(__file__).parent / "results" / "second_readers.md"
LEAST_GAIN = 0.01       # of macro-F1 at home that makes a reader worth shipping
SHAKEN_PX = 2           # that masks are grown and shrunk by
STEADY = 0.1            # a probability that changes by less is steady
BLAST = LABELS.index("BLA")
NETWORK, TREES, RBF = "network", "boosting", "RBF"
WITH = {f"{NETWORK} + {name}": name for name in (TREES, RBF)}


class Readings:
    """What every reader says of the cells of a set: probabilities by the reader's name."""

    def __init__(self, reader: Reader, seed: int):
        self.reader, self.measured = reader, {}
        train, val = self.cells("train"), self.cells("val")
        both = lambda name: np.hstack([self.cells(name).embeddings, self.measured[name]])
        self.trees = best_on([Boosting(balanced, seed=seed).fit(both("train"), train.labels) for balanced in (False, True)],
                             both("val"), val.labels)
        # The segmenter errs by a pixel or two on any other laboratory: a reader of its masks alone has to bear that.
        shaken = [morphology.table(train.images, [morphology.grown(m, px) for m in train.masks]) for px in (-SHAKEN_PX, SHAKEN_PX)]
        fit = lambda tables, width: Gaussians(width, seed=seed).fit(np.vstack(tables), np.tile(train.labels, len(tables)))
        self.rbf = best_on([fit([self.measured["train"], *shaken], width) for width in (0.7, 1.0, 1.5)],
                           self.measured["val"], val.labels)
        self.unshaken_rbf = fit([self.measured["train"]], self.rbf.width)
        said = self.alone("val")
        self.shares = {name: best_share(said[NETWORK], said[second], val.labels) for name, second in WITH.items()}

    def cells(self, name: str) -> Cells:
        cells = self.reader.cells(name)
        if name not in self.measured:
            self.measured[name] = morphology.table(cells.images, cells.masks)
        return cells

    def alone(self, name: str) -> dict[str, np.ndarray]:
        cells = self.cells(name)
        return {NETWORK: softmax(cells.logits, self.reader.manifest["temperature"]),
                TREES: self.trees.probabilities(np.hstack([cells.embeddings, self.measured[name]])),
                RBF: self.rbf.probabilities(self.measured[name])}

    def all(self, name: str) -> dict[str, np.ndarray]:
        said = self.alone(name)
        return said | {both: average(said[NETWORK], said[second], self.shares[both]) for both, second in WITH.items()}


def at_home(readings: Readings, said: dict, labels: np.ndarray, seed: int) -> dict:
    """Reader -> macro-F1 and F1 of blasts, each with the interval of its difference to the network's."""
    network, found = said[NETWORK].argmax(1), {}
    for name, p in said.items():
        guess = p.argmax(1)
        gained = paired_bootstrap(labels, network, guess, len(LABELS), seed=seed)
        blast = lambda g: 2 * np.sum((g == BLAST) & (labels == BLAST)) / (np.sum(g == BLAST) + np.sum(labels == BLAST))
        found[name] = {"macro_f1": macro_f1(labels, guess), "gain": macro_f1(labels, guess) - macro_f1(labels, network),
                       "gain_interval": interval(gained.mean(1)), "blast_f1": blast(guess),
                       "blast_gain": blast(guess) - blast(network), "blast_interval": interval(gained[:, BLAST]),
                       "share": readings.shares.get(name)}
    return found


def decision(home: dict, recalls: dict[str, dict[str, float]], name: str) -> str:
    """The rule; recalls: set -> reader -> mean recall."""
    lost = [s for s, by in recalls.items() if by[name] < by[NETWORK]]
    reasons = [f"gains {100 * home[name]['gain']:+.1f} points, less than {100 * LEAST_GAIN:.0f}"] * (home[name]["gain"] < LEAST_GAIN)
    reasons += ["the interval of its gain reaches 0"] * (home[name]["gain_interval"][0] <= 0)
    reasons += ["loses on " + ", ".join(lost)] * bool(lost)
    return "left out: " + "; ".join(reasons) if reasons else "ship"


def agreement(network: np.ndarray, rbf: np.ndarray, labels: np.ndarray) -> dict:
    """How far the RBF reader's dissent tells the network's errors."""
    guess = network.argmax(1)
    same, right = rbf.argmax(1) == guess, guess == labels
    seconded = rbf[np.arange(len(guess)), guess]
    return {"agree": same.mean(), "right_if_same": right[same].mean(), "right_if_not": right[~same].mean(),
            "auroc_rbf": roc_auc_score(right, seconded), "auroc_network": roc_auc_score(right, network.max(1))}


def steadiness(rbf: Gaussians, cells: Cells, px: int) -> dict:
    """The RBF reader before and after every mask was grown by px, on the cells that have one both times."""
    masks = np.stack([morphology.grown(mask, px) for mask in cells.masks])
    there = cells.masks.any((1, 2)) & masks.any((1, 2))
    before, after = (rbf.probabilities(morphology.table(cells.images[there], m[there])) for m in (cells.masks, masks))
    guess = before.argmax(1)
    change = np.abs(after - before)[np.arange(len(guess)), guess]
    return {"cells": int(there.sum()), "same": np.mean(after.argmax(1) == guess), "change": change.mean(),
            "steady": np.mean(change < STEADY), "before": macro_f1(cells.labels[there], guess),
            "after": macro_f1(cells.labels[there], after.argmax(1))}


# -- report -------------------------------------------------------------------------------------------------------
def report(readings: Readings, seed: int) -> str:
    reader, test = readings.reader, readings.cells("test")
    said = readings.all("test")
    home, away = at_home(readings, said, test.labels, seed), {}
    for name in abroad.SCALES:
        labels = readings.cells(name).labels
        away[name] = {who: abroad.recalls(p, labels) for who, p in readings.all(name).items()}
    recalls = {s: {who: r["mean_recall"] for who, r in by.items()} for s, by in away.items()}
    m, (trees, leaves) = reader.manifest, readings.trees.size()
    span = lambda low, high: f"{100 * low:+.1f} to {100 * high:+.1f}"
    lines = [
        f"# Second readers beside {m['name']} {m['version']}", "",
        f"Expanded weights {m['expanded_sha256']}; cells cut by the segmenter {reader.segmenter_id}; seed {seed}.", "",
        f"- {TREES}: LightGBM on the int8 embedding and {len(morphology.NAMES)} measures of the cell; {trees} trees with {leaves:,} "
        f"leaves, rows {'balanced' if readings.trees.balanced else 'as they are'}.",
        f"- {RBF}: {readings.rbf.count} Gaussians over the {len(morphology.NAMES)} measures alone, width {readings.rbf.width}, balanced; "
        f"fitted on masks as they are, grown and shrunk by {SHAKEN_PX} px.",
        "- network + reader: log-probabilities averaged.", "",
        f"Fitted on {len(readings.cells('train').labels)} `train` rows, early stopping on a fifth of them; whether rows are balanced, "
        "widths and shares were",
        f"chosen on {len(readings.cells('val').labels)} `val` rows. The network has learnt the `train` rows, so its embeddings are "
        "surer there than on new cells.", "",
        f"## `test` rows, {len(test.labels)} cells ({np.sum(~test.masks.any((1, 2)))} without a mask: no measures)", "",
        "| reader | network's share | macro-F1 | against the network, points (95 %) | BLA F1 | against the network, points (95 %) |",
        "|---|---|---|---|---|---|"]
    for name, h in home.items():
        share = "" if h["share"] is None else f"{h['share']:.2f}"
        gains = ["", ""] if name == NETWORK else [f"{100 * h['gain']:+.1f} ({span(*h['gain_interval'])})",
                                                  f"{100 * h['blast_gain']:+.1f} ({span(*h['blast_interval'])})"]
        lines.append(f"| {name} | {share} | {h['macro_f1']:.4f} | {gains[0]} | {h['blast_f1']:.4f} | {gains[1]} |")
    lines += ["", "Paired bootstrap over cells, 2000 draws; the split knows no patients, so true intervals are wider.", "",
              "## Other laboratories, before calibration: mean recall of five classes (called blast)", "",
              "| reader | " + " | ".join(f"{s}, {by[NETWORK]['cells']} cells" for s, by in away.items()) + " |",
              "|---|" + "---|" * len(away)]
    for name in home:
        lines.append(f"| {name} | " + " | ".join(f"{by[name]['mean_recall']:.4f} ({by[name]['called_blast']:.0%})"
                                                 for by in away.values()) + " |")
    lines += ["", "## Decision", "",
              f"Shipped only with at least {100 * LEAST_GAIN:.0f} point of macro-F1 at home, its interval above 0, and no loss on any "
              "of the other laboratories.", ""]
    lines += [f"- {name}: {decision(home, recalls, name)}." for name in WITH]
    a = agreement(said[NETWORK], said[RBF], test.labels)
    lines += ["", f"## The {RBF} reader as a check on the network, `test` rows", "",
              f"It names the same class for {a['agree']:.1%} of the cells. There the network is right in {a['right_if_same']:.1%}, "
              f"elsewhere in {a['right_if_not']:.1%}.",
              f"Telling the network's right answers from its wrong ones, AUROC: {a['auroc_rbf']:.3f} by the {RBF} reader's probability "
              f"of the network's class, {a['auroc_network']:.3f} by",
              "the network's own.", "",
              f"| fitted on | masks | cells | same class | mean change of its probability | changed by less than {STEADY} | macro-F1 before | after |",
              "|---|---|---|---|---|---|---|---|"]
    for fitted, rbf in (("all three", readings.rbf), ("masks as they are", readings.unshaken_rbf)):
        for what, px in (("grown", SHAKEN_PX), ("shrunk", -SHAKEN_PX)):
            s = steadiness(rbf, test, px)
            lines.append(f"| {fitted} | {what} by {SHAKEN_PX} px | {s['cells']} | {s['same']:.1%} | {s['change']:.3f} | "
                         f"{s['steady']:.1%} | {s['before']:.4f} | {s['after']:.4f} |")
    return "\n".join(lines + ["", f"Reproduce: `python second_readers.py --pack ../packs/{m['name']} --segmenter ../packs/SEGMENTER "
                              "--cache RUN_FOLDER`.", ""])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True)
    p.add_argument("--cache", type=Path, required=True, help="run folder for cut cells, outside version control")
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()
    cv2.setNumThreads(1)
    text = report(Readings(Reader(args.pack, args.segmenter, args.cache), args.seed), args.seed)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
