"""The training report of a classifier: what its logs and its int8 pack say, as tables and plots.

Usage: python report.py --pack ../packs/NAME --segmenter ../packs/SEGMENTER --logs [STAGE=]FILE ... [--cache RUN_FOLDER]
Logs are what train_classifier.py printed. Writes results/REPORT-NAME.md and its drawings results/REPORT-NAME-*.svg, the
same bytes for the same figures; they show no cells. RUN_FOLDER keeps cut cells and must lie outside version control.
"""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from sklearn.metrics import confusion_matrix, f1_score

from card import NAMES
from data import LABELS
from marked_cells import Reader
from reliability import BINS, calibration_error, risk_coverage_area, softmax

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "report", "svg.fonttype": "none", "font.size": 9})
from matplotlib import pyplot  # noqa: E402, after the backend was chosen

RESULTS = Path(__file__).parent / "results"
COLOURS = pyplot.get_cmap("cividis", 24)  # readable without seeing red and green apart
EPOCH = re.compile(r"epoch (\d+)/(\d+) loss ([\d.]+) val acc ([\d.]+) macro-F1 ([\d.]+) (\d+) s")
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.5)
TAIL = 4                                  # the last fourth of a stage tells whether it still rises


# -- figures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Epoch:
    number: int
    of: int
    loss: float
    accuracy: float
    macro_f1: float
    seconds: int


def epochs_of(log: str) -> list[Epoch]:
    """The epochs of a log in order; of one that was run twice, the last."""
    found = {}
    for m in EPOCH.finditer(log):
        found[int(m[1])] = Epoch(int(m[1]), int(m[2]), float(m[3]), float(m[4]), float(m[5]), int(m[6]))
    return [found[k] for k in sorted(found)]


def late_rise(epochs: list[Epoch]) -> float:
    """Macro-F1 the last fourth of the epochs gained over the epoch before it."""
    last = max(1, len(epochs) // TAIL)
    return epochs[-1].macro_f1 - epochs[max(0, len(epochs) - last - 1)].macro_f1


def reliability_bins(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, cells) of every bin of equal width that holds a cell."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    return [(float(confidence[at == b].mean()), float(right[at == b].mean()), int(np.sum(at == b))) for b in np.unique(at)]


def risks(confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Share of errors among the n surest cells, n = 1 ... N."""
    wrong = 1.0 - right[np.argsort(-confidence, kind="stable")]
    return np.cumsum(wrong) / np.arange(1, len(wrong) + 1)


def worst_confusions(counts: np.ndarray, most: int = 10) -> list[tuple[int, int, int]]:
    """(true class, named class, cells) of the most frequent confusions."""
    off = counts - np.diag(np.diag(counts))
    order = np.argsort(-off, axis=None, kind="stable")[:most]
    return [(int(t), int(g), int(off[t, g])) for t, g in zip(*np.unravel_index(order, off.shape)) if off[t, g]]


# -- drawings -----------------------------------------------------------------------------------------------------
def save(figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)


def draw_learning(stages: dict[str, list[Epoch]], path: Path) -> None:
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4))
    for k, (name, epochs) in enumerate(stages.items()):
        style = {"color": COLOURS(0.85 * k / max(1, len(stages) - 1)), "linestyle": ("-", "--", "-.", ":")[k % 4],
                 "marker": "os^D"[k % 4], "markersize": 3, "label": name}
        left.plot([e.number for e in epochs], [e.loss for e in epochs], **style)
        right.plot([e.number for e in epochs], [e.macro_f1 for e in epochs], **style)
    left.set(xlabel="epoch", ylabel="training loss")
    right.set(xlabel="epoch", ylabel="macro-F1 on val, float")
    right.legend(frameon=False)
    save(figure, path)


def draw_confusion(counts: np.ndarray, path: Path) -> None:
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, axes = pyplot.subplots(figsize=(7.2, 6))
    # Rectangles and not an image, so that the drawing holds no pixels.
    mesh = axes.pcolormesh(shares, cmap=COLOURS, vmin=0, vmax=1, edgecolor="white", linewidth=0.5)
    for t, g in zip(*np.nonzero(counts)):
        axes.text(g + 0.5, t + 0.5, str(counts[t, g]), ha="center", va="center", fontsize=8,
                  color="black" if shares[t, g] > 0.5 else "white")
    ticks = np.arange(len(LABELS)) + 0.5
    axes.set(xticks=ticks, yticks=ticks, xticklabels=LABELS, yticklabels=LABELS, xlabel="named", ylabel="labelled")
    axes.tick_params(length=0, labelsize=8)
    axes.invert_yaxis()
    bar = figure.colorbar(mesh, ax=axes, label="share of the labelled class")
    bar.solids.set_rasterized(False)
    save(figure, path)


def draw_reliability(confidence: np.ndarray, right: np.ndarray, path: Path) -> None:
    figure, (left, axes) = pyplot.subplots(1, 2, figsize=(9, 3.6))
    bins = reliability_bins(confidence, right)
    left.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle="--")
    left.plot([c for c, _, _ in bins], [r for _, r, _ in bins], color=COLOURS(0.1), marker="o", markersize=4)
    shares = left.twinx()
    shares.hist(confidence, bins=BINS, range=(0, 1), weights=np.full(len(confidence), 1 / len(confidence)), color=COLOURS(0.75),
                alpha=0.5)
    shares.set(ylim=(0, 1), ylabel="share of the cells")
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability of the named class", ylabel="share right")
    curve = risks(confidence, right)
    axes.plot(np.arange(1, len(curve) + 1) / len(curve), curve, color=COLOURS(0.1))
    axes.set(xlim=(0, 1), ylim=(0, None), xlabel="coverage: share of the cells, surest first", ylabel="risk: share wrong")
    figure.tight_layout()
    save(figure, path)


def draw_f1(f1: np.ndarray, cells: np.ndarray, path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(7, 3.8))
    axes.barh(range(len(LABELS)), f1, color=[COLOURS(v) for v in f1])
    for k, (v, n) in enumerate(zip(f1, cells)):
        axes.text(v + 0.01, k, f"{v:.2f} ({n})", va="center", fontsize=8)
    axes.axvline(f1.mean(), color="grey", linestyle="--", linewidth=0.8)
    axes.set(yticks=range(len(LABELS)), yticklabels=[f"{NAMES[c]} {c}" for c in LABELS], xlim=(0, 1.15),
             xlabel="F1 (cells); dashed: their mean")
    axes.invert_yaxis()
    save(figure, path)


# -- report -------------------------------------------------------------------------------------------------------
def learning(stages: dict[str, list[Epoch]], drawing: str) -> list[str]:
    lines = ["## Training", "", "| stage | epochs | loss, first and last | macro-F1 on `val`, best (epoch) | last | gained in the last "
             "fourth, points | minutes |", "|---|---|---|---|---|---|---|"]
    for name, epochs in stages.items():
        if not epochs:
            lines.append(f"| {name} | nothing logged | | | | | |")
            continue
        best, last = max(epochs, key=lambda e: e.macro_f1), epochs[-1]
        lines.append(f"| {name} | {len(epochs)} of {last.of} | {epochs[0].loss:.3f}, {last.loss:.3f} | {best.macro_f1:.4f} "
                     f"({best.number}) | {last.macro_f1:.4f} | {100 * late_rise(epochs):+.1f} | "
                     f"{sum(e.seconds for e in epochs) / 60:.0f} |")
    return lines + ["", f"![learning curves]({drawing})", "",
                    "Float, with averaged weights and without the class offsets of the export. Minutes are of that machine.", ""]


def report(reader: Reader, stages: dict[str, list[Epoch]], folder: Path) -> Path:
    """Writes the report and its drawings; returns the report."""
    m, test = reader.manifest, reader.cells("test")
    p = softmax(test.logits, m["temperature"])
    guess, confidence = p.argmax(1), p.max(1)
    right = guess == test.labels
    counts = confusion_matrix(test.labels, guess, labels=range(len(LABELS)))
    f1 = f1_score(test.labels, guess, average=None, labels=range(len(LABELS)), zero_division=0)
    title = f"REPORT-{m['name']}"
    folder.mkdir(parents=True, exist_ok=True)
    drawing = lambda what: f"{title}-{what}.svg"
    draw_learning({name: epochs for name, epochs in stages.items() if epochs}, folder / drawing("learning"))
    draw_confusion(counts, folder / drawing("confusion"))
    draw_reliability(confidence, right, folder / drawing("reliability"))
    draw_f1(f1, counts.sum(1), folder / drawing("f1"))

    curve = risks(confidence, right)
    lines = [f"# Training report: {m['name']} {m['version']}", "", f"Expanded weights {m['expanded_sha256']}.", "",
             *learning(stages, drawing("learning")), f"## The int8 pack on the `test` rows, {len(test.labels)} cells", "",
             f"Accuracy {right.mean():.4f}, macro-F1 {f1.mean():.4f}, ECE ({BINS} bins) {calibration_error(confidence, right):.4f}, area "
             f"under the risk-coverage curve {risk_coverage_area(confidence, right):.4f}.", "",
             "The split knows no patients: these numbers flatter. Other laboratories: the model card.", "",
             f"![F1 of each class]({drawing('f1')})", "", f"![confusion matrix]({drawing('confusion')})", "",
             "Numbers are cells, colours shares of the labelled class.", "", "| labelled | named | cells | of the class |",
             "|---|---|---|---|"]
    lines += [f"| {NAMES[LABELS[t]]} | {NAMES[LABELS[g]]} | {n} | {n / counts[t].sum():.0%} |" for t, g, n in worst_confusions(counts)]
    lines += ["", f"![reliability and risk-coverage]({drawing('reliability')})", "", "| surest cells kept | wrong among them |",
              "|---|---|"]
    lines += [f"| {c:.0%} | {curve[round(c * len(curve)) - 1]:.1%} |" for c in COVERAGES]
    lines += ["", f"Reproduce: `python report.py --pack ../packs/{m['name']} --segmenter ../packs/SEGMENTER --logs "
              "RUN_FOLDER/STAGE.log ...`; `recipe.sh` does it.", ""]
    path = folder / f"{title}.md"
    path.write_text("\n".join(lines))
    return path


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--segmenter", type=Path, required=True)
    p.add_argument("--logs", nargs="+", required=True, metavar="[STAGE=]FILE", help="a stage is called as its file if not named")
    p.add_argument("--cache", type=Path, help="run folder for cut cells, outside version control")
    args = p.parse_args()
    cv2.setNumThreads(1)
    stages = {}
    for entry in args.logs:
        name, _, path = entry.rpartition("=")
        stages[name or Path(path).stem] = epochs_of(Path(path).read_text())
    written = report(Reader(args.pack, args.segmenter, args.cache), stages, RESULTS)
    print(written.read_text())


if __name__ == "__main__":
    main()
