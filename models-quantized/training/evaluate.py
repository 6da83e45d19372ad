"""Measures float and int8 models on the held-out data.

Usage: python evaluate.py segmenter --pack ../packs/seg-first-light [--model RUN/model.pt]
       python evaluate.py classifier --pack ../packs/NAME --segmenter ../packs/NAME [--model RUN/model.pt] [--split test]
       python evaluate.py reliability --pack ../packs/NAME --segmenter ../packs/NAME [--split test]
       python evaluate.py fields --pack ../packs/seg-first-light [--set bccd-val|bccd-test|raabin]
       python evaluate.py crops --pack ../packs/seg-first-light [--model RUN/model.pt] [--split test]
       python evaluate.py masks --pack ../packs/seg-first-light [--model RUN/model.pt] [--fields SET] --out DIR
       python evaluate.py timing --pack ../packs/NAME [--model RUN/model.pt]
`masks` writes what `kronocyte evaluate --predictions DIR SET` judges: one judge for the daemon and for training code;
--model is then the checkpoint in float, with the class offsets that export.py adds.
Prints JSON. The int8 numbers come from the pack through ONNX Runtime, the float ones from the training checkpoint.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from sklearn.metrics import f1_score

import reference
import reliability
from cell_masks import central_cells, faded
from data import BCCD_UM_PER_PX, DATA, LABELS, RAABIN_UM_PER_PX, bccd_fold, bccd_names, load_bccd, load_cells
from encoding import UM_PER_PX, encode_od, read_rgb, resample, to_working_scale
from instances import find_cells
from networks import CellClassifier, CellSegmenter
from outliers import outliers
from pack import open_session


# -- models as plain functions ------------------------------------------------------------------------------------
def load_float(path: Path) -> torch.nn.Module:
    saved = torch.load(path)
    widths = saved.get("widths", CellClassifier.WIDTHS)
    model = (CellClassifier(len(LABELS), saved["rank"], widths, saved.get("bits", 8)) if "rank" in saved
             else CellSegmenter())
    model.load_state_dict(saved["state"])
    return model.eval()


def float_classifier(model):
    """OD uint8 [N, 96, 96, 3] -> logits float32 [N, 13]."""
    @torch.no_grad()
    def run(images):
        x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
        return torch.cat([model(part) for part in x.split(256)]).numpy()
    return run


def turned(images, view: int):
    """One of the eight ways to lay a square crop [N, S, S, C]: bit 2 of `view` transposes it, then bit 1 puts it upside
    down and bit 0 mirrors it left to right; 0 leaves it."""
    out = images.transpose(0, 2, 1, 3) if view & 4 else images
    return np.ascontiguousarray(out[:, ::-1 if view & 2 else 1, ::-1 if view & 1 else 1])


def looking_again(run, manifest):
    """`run` (crops -> logits), asked again about crops laid otherwise while it is undecided, as the manifest's `views` says."""
    views = manifest.get("views", {"at_most": 1, "lead_below": 0.0})

    def looks(images):
        logits = run(images)
        undecided = np.arange(len(images))
        for seen in range(1, views["at_most"]):
            best = np.sort(logits[undecided], axis=1)
            undecided = undecided[best[:, -1] - best[:, -2] < views["lead_below"]]
            if not len(undecided):
                break
            logits[undecided] += (run(turned(images[undecided], seen)) - logits[undecided]) / (seen + 1)
        return logits
    return looks


def int8_classifier(manifest, session):
    """OD uint8 [N, 96, 96, 3] -> logits float32 [N, 13], as the daemon has them."""
    info = manifest["outputs"][0]

    def run(images):
        parts = [session.run(["logits"], {"image": images[i:i + 64]})[0] for i in range(0, len(images), 64)]
        return (np.concatenate(parts).astype(np.float32) - info["zero_point"]) * np.float32(info["scale"])
    return looking_again(run, manifest)


def int8_embedder(manifest, session):
    """OD uint8 [N, 96, 96, 3] -> (logits float32 [N, 13], bytes of the embedding uint8 [N, C])."""
    logits = int8_classifier(manifest, session)

    def run(images):
        return logits(images), np.concatenate([session.run(["embedding"], {"image": images[i:i + 64]})[0]
                                               for i in range(0, len(images), 64)])
    return run


def float_segmenter(model):
    """OD uint8 [H, W, 3], sides multiples of 16 -> (class logits [H/2, W/2, 3], distance [H/2, W/2])."""
    @torch.no_grad()
    def run(image):
        logits, distance = model(torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255)
        return logits[0].permute(1, 2, 0).numpy(), distance[0, 0].clamp(0, 1).numpy()
    return run


def int8_segmenter(manifest, session):
    classes, distance = manifest["outputs"]

    def run(image):
        c, d = session.run(["classes", "distance"], {"image": image[None]})
        real = lambda q, info: (q[0].astype(np.float32) - info["zero_point"]) * np.float32(info["scale"])
        return real(c, classes), real(d, distance)[..., 0]
    return run


def segmenter_at(path: Path):
    """The segmenter of a training checkpoint, or of a pack's folder, as a function."""
    return int8_segmenter(*open_session(path)) if Path(path).is_dir() else float_segmenter(load_float(path))


# -- the classifier -----------------------------------------------------------------------------------------------
def classifier_metrics(run, images, labels) -> dict:
    guess = run(images).argmax(1)
    per_class = f1_score(labels, guess, average=None, labels=range(len(LABELS)), zero_division=0)
    return {"images": len(labels), "accuracy": round(float(np.mean(guess == labels)), 4),
            "macro_f1": round(float(per_class.mean()), 4),
            "f1": {name: round(float(f), 4) for name, f in zip(LABELS, per_class)}}


def reliability_metrics(run, manifest: dict, folder: Path, images, labels, fold: str) -> dict:
    """What a pack's probabilities, prediction sets and unlikeness are worth; run: int8_embedder; fold: of the outliers."""
    unlike, table, named = reference.read(folder, manifest)
    temperature, thresholds = manifest["temperature"], np.array(manifest["prediction_sets"]["thresholds"])
    logits, embeddings = run(images)
    scores = {kind: unlike.score(*run(crops), temperature) for kind, crops in outliers(images, fold, seed=11).items()}
    return reliability.measure(reliability.softmax(logits, temperature), labels, thresholds,
                               unlike.score(logits, embeddings, temperature), scores, unlike.threshold) | {
        "nearest_exemplar_agrees": reference.agreement(table, named, embeddings, logits.argmax(1))}


# -- the segmenter ------------------------------------------------------------------------------------------------
def padded(od: np.ndarray) -> np.ndarray:
    """Extend to multiples of 16 with OD 0 (clear background) on the right and at the bottom."""
    h, w = od.shape[:2]
    return np.ascontiguousarray(np.pad(od, ((0, -h % 16), (0, -w % 16), (0, 0))))


def segment_field(run, rgb: np.ndarray, um_per_px: float):
    """Class map uint8 [H, W] at the field's own size: logits bilinearly upsampled, then argmax."""
    od = to_working_scale(encode_od(rgb), um_per_px)
    logits, _ = run(padded(od))
    h, w = rgb.shape[:2]
    # Pixel centres: field pixel u lies at (u + 0.5) * step on the working grid and half that on the stride-2 grid.
    x = ((np.arange(w, dtype=np.float32) + 0.5) * (od.shape[1] / w) / 2 - 0.5)[None].repeat(h, 0)
    y = ((np.arange(h, dtype=np.float32) + 0.5) * (od.shape[0] / h) / 2 - 0.5)[:, None].repeat(w, 1)
    return cv2.remap(logits, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).argmax(2).astype(np.uint8)


def box_sets(which: str):
    """Yields (uint8 RGB field, um per px, white-cell boxes [K, 4] in pixels). Raabin is never trained on."""
    if which.startswith("bccd-"):
        with open(DATA / "masks/bccd/boxes.csv", newline="") as f:
            rows = [r for r in csv.DictReader(f) if r["label"] == "WBC"]
        for name in bccd_names(which[5:]):
            boxes = [[float(r[k]) for k in ("xmin", "ymin", "xmax", "ymax")] for r in rows if r["image"] == name]
            yield load_bccd(name)[0], BCCD_UM_PER_PX, np.array(boxes).reshape(-1, 4)
    else:
        for path in sorted((DATA / "fields/raabin/images").glob("*.jpg")):
            rgb = read_rgb(path)
            lines = (DATA / "fields/raabin/labels" / f"{path.stem}.txt").read_text().split("\n")
            boxes = np.array([line.split() for line in lines if line.startswith("0 ")], float).reshape(-1, 5)[:, 1:]
            boxes = boxes * np.array([rgb.shape[1], rgb.shape[0]] * 2)
            yield rgb, RAABIN_UM_PER_PX, np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2])


def overlap(a, b) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(w, 0) * max(h, 0)
    area = lambda r: (r[2] - r[0]) * (r[3] - r[1])
    return both / (area(a) + area(b) - both)


def cell_boxes(run, rgb: np.ndarray, um_per_px: float) -> list[np.ndarray]:
    """Boxes (x0, y0, x1, y1) of the cells of a field, in its own pixels."""
    od = to_working_scale(encode_od(rgb), um_per_px)
    logits, distance = run(padded(od))
    rows, cols = -(-od.shape[0] // 2), -(-od.shape[1] // 2)
    scale = np.array([rgb.shape[1] / od.shape[1] * 2, rgb.shape[0] / od.shape[0] * 2] * 2)
    return [np.array(c) * scale for c in find_cells(logits[:rows, :cols], distance[:rows, :cols])]


def detection_metrics(run, which: str) -> dict:
    """Share of white-cell boxes found at IoU >= 0.5, and cells found that match no box, per field."""
    fields = boxes = found = false = 0
    for rgb, um_per_px, truth in box_sets(which):
        cells = cell_boxes(run, rgb, um_per_px)
        free = set(range(len(cells)))
        for box in truth:
            best = max(free, key=lambda k: overlap(cells[k], box), default=None)
            if best is not None and overlap(cells[best], box) >= 0.5:
                free.discard(best)
                found += 1
        fields, boxes, false = fields + 1, boxes + len(truth), false + len(free)
    return {"fields": fields, "boxes": boxes, "found": round(found / boxes, 4),
            "false_per_field": round(false / fields, 4)}


def segmenter_metrics(run, fold="test") -> dict:
    """Dice of whole cell and nucleus on BCCD at 640x480: pooled over all pixels, and the mean over images."""
    rows = []
    for name in bccd_names(fold):
        rgb, mask = load_bccd(name)
        guess = segment_field(run, rgb, BCCD_UM_PER_PX)
        rows.append([(2 * (a & b).sum(), a.sum() + b.sum())
                     for a, b in ((guess > 0, mask > 0), (guess == 2, mask == 2))])
    rows = np.array(rows, float)                      # [images, cell/nucleus, (2 * overlap, total)]
    pooled = rows[..., 0].sum(0) / rows[..., 1].sum(0)
    mean = (rows[..., 0] / np.maximum(rows[..., 1], 1)).mean(0)
    return {"images": len(rows), "dice_cell": round(float(pooled[0]), 4), "dice_nucleus": round(float(pooled[1]), 4),
            "dice_cell_mean": round(float(mean[0]), 4), "dice_nucleus_mean": round(float(mean[1]), 4)}


def central_nuclei(run, split="test") -> dict:
    """Share of each class's crops in whose middle a cell with a nucleus is found; platelets have none, and NIF often none."""
    images, labels, _ = load_cells(split, 96)
    found = (central_cells(run, images) == 2).any((1, 2))
    return {label: round(float(found[labels == k].mean()), 4) for k, label in enumerate(LABELS)}


def exported_float(path: Path):
    """A segmenter's checkpoint in float as it is exported."""
    from export import offset_classes   # export.py measures with this module

    model = load_float(path)
    offset_classes(model)
    return float_segmenter(model)


# Images of each set with masks or boxes, and its um/px, as `kronocyte evaluate` has them.
FIELDS = {"bccd": ("masks/bccd/images", BCCD_UM_PER_PX), "cellavision": ("masks/cellavision/images", 0.09),
          "jtsc": ("masks/jtsc/images", 0.17), "myeloma": ("masks/myeloma/images", 0.2),
          "raabin": ("fields/raabin/images", RAABIN_UM_PER_PX), "all_fields": ("fields/all_fields", 0.18)}


def write_masks(run, which: str, fold: str, folder: Path) -> int:
    """A class map and the cells' boxes for every field of a set (of BCCD: of a fold), in the files that `analyze --masks`
    writes."""
    folder.mkdir(parents=True, exist_ok=True)
    images, um_per_px = FIELDS[which]
    paths = [p for p in sorted((DATA / images).iterdir()) if which != "bccd" or bccd_fold(p.stem) == fold]
    for path in paths:
        name, rgb = path.stem, read_rgb(path)
        cv2.imwrite(str(folder / f"{name}.mask.png"), segment_field(run, rgb, um_per_px))
        boxes = [np.rint(b).astype(int).tolist() for b in cell_boxes(run, rgb, um_per_px)]
        cells = [{"bbox": [x0, y0, x1 - x0, y1 - y0], "status": "counted"} for x0, y0, x1, y1 in boxes]
        (folder / f"{name}.json").write_text(json.dumps({"cells": cells}))
    return len(paths)


# -- speed --------------------------------------------------------------------------------------------------------
def median_ms(call, repeats) -> float:
    call()
    spent = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        spent.append(time.perf_counter() - began)
    return round(1000 * float(np.median(spent)), 3)


def timing(pack: Path, model: Path | None) -> dict:
    """Median milliseconds, one thread: a 512 x 512 tile (segmenter) or one 96 x 96 cell (classifier)."""
    manifest, session = open_session(pack, threads=1)
    side = 512 if manifest["kind"] == "segmenter" else 96
    image = np.random.default_rng(0).integers(0, 256, (1, side, side, 3), np.uint8)
    repeats = 30 if side == 512 else 300
    result = {"input": [side, side], "int8_ort_ms": median_ms(lambda: session.run(None, {"image": image}), repeats)}
    if model:
        torch.set_num_threads(1)
        net, x = load_float(model), torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            result["float_torch_ms"] = median_ms(lambda: net(x), repeats)
    return result


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["segmenter", "classifier", "reliability", "fields", "crops", "masks", "timing"])
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--model", type=Path)
    p.add_argument("--segmenter", type=Path, help="pack that finds the central cells, for a classifier")
    p.add_argument("--set", default="bccd-val", choices=["bccd-val", "bccd-test", "raabin"])
    p.add_argument("--split", default="test", choices=["train", "val", "test"])
    p.add_argument("--fields", default="bccd", choices=list(FIELDS), help="the set that masks are for")
    p.add_argument("--out", type=Path, help="folder for masks")
    args = p.parse_args()
    if args.what in ("masks", "crops"):
        run = exported_float(args.model) if args.model else int8_segmenter(*open_session(args.pack, threads=2))
        if args.what == "crops":
            print(json.dumps({"split": args.split, "central_nuclei": central_nuclei(run, args.split)}, indent=1))
            return
        if args.out is None:
            p.error("masks needs --out DIR")
        print(json.dumps({"fields": write_masks(run, args.fields, args.split, args.out)}))
        return
    if args.what == "timing":
        print(json.dumps(timing(args.pack, args.model), indent=1))
        return
    if args.what == "fields":
        run = int8_segmenter(*open_session(args.pack, threads=2))
        print(json.dumps({"set": args.set} | detection_metrics(run, args.set), indent=1))
        return
    opened, result = open_session(args.pack, threads=2), {}
    if args.what == "segmenter":
        result["int8"] = segmenter_metrics(int8_segmenter(*opened), args.split)
        if args.model:
            result["float"] = segmenter_metrics(float_segmenter(load_float(args.model)), args.split)
    else:
        segmenter = int8_segmenter(*open_session(args.segmenter, threads=2))
        images, labels, _ = load_cells(args.split, 96)
        images = faded(images, central_cells(segmenter, images))
        if args.what == "reliability":
            result["int8"] = reliability_metrics(int8_embedder(*opened), opened[0], args.pack, images, labels, args.split)
            print(json.dumps({"split": args.split} | result, indent=1))
            return
        result["int8"] = classifier_metrics(int8_classifier(*opened), images, labels)
        if args.model:
            run = looking_again(float_classifier(load_float(args.model)), opened[0])
            result["float"] = classifier_metrics(run, images, labels)
    print(json.dumps({"um_per_px": UM_PER_PX, "split": args.split} | result, indent=1))


if __name__ == "__main__":
    main()
