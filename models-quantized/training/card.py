"""Writes MODEL_CARD.md from a finished manifest, so that its numbers are the ones the export measured.

Usage: python card.py ../packs/NAME [...]   writes the cards anew, with what `kronocyte evaluate` found of the same weights
"""

import argparse
import json
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
RIVALS = Path(__file__).parent / "experiment" / "REPORT.md"

ORIGIN = {
    "masks/bccd": "BCCD blood fields (MIT) with masks by Banik et al. 2020 (MIT)",
    "cells/marrow": "Bone-Marrow-Cytomorphology, Matek et al. 2021, TCIA (CC BY 4.0)",
    "cells/peripheral": "PBC, Acevedo et al. 2020, Barcelona (CC BY 4.0)",
}
NAMES = {
    "BAS": "basophil", "BLA": "blast", "EBO": "erythroblast", "EOS": "eosinophil", "LYT": "lymphocyte",
    "MMZ": "metamyelocyte", "MON": "monocyte", "MYB": "myelocyte", "NGB": "band neutrophil",
    "NGS": "segmented neutrophil", "NIF": "not identifiable", "PLT": "platelet", "PMO": "promyelocyte",
}
SEGMENTER_ROWS = [
    ("Dice, whole cell, all pixels pooled", "dice_cell"), ("Dice, nucleus, all pixels pooled", "dice_nucleus"),
    ("Dice, whole cell, mean of images", "dice_cell_mean"), ("Dice, nucleus, mean of images", "dice_nucleus_mean"),
]


def text(manifest: dict) -> str:
    body = segmenter(manifest) if manifest["kind"] == "segmenter" else classifier(manifest)
    return "\n".join(head(manifest) + body) + "\n"


def head(m: dict) -> list[str]:
    size = m["files"]["weights.bin"]["bytes"]
    small = any(layer.get("a", {}).get("dtype") == "int4" for layer in m["layers"])
    code = "int4 factors with bfloat16 scales, the rest int8" if small else "int8 with float32 scales"
    lines = [
        f"# {m['name']} {m['version']}", "",
        "A screening aid, never a diagnosis. Research use; not a medical device; every result needs a qualified reader.",
        "", f"Weights: {size:,} bytes ({code}), licence {m['license']}. Created {m['created']}.", "",
        "## Trained on", ""]
    for s in m["training"]["sets"]:
        lines.append(f"- `{s['name']}`: {s['images']} training images. {ORIGIN[s['name']]}.")
    return lines + ["", f"Recipe: `{m['training']['recipe']}`, seed {m['training']['seed']}, "
                        f"{m['training']['epochs']} epochs in the last stage. No other pixels were used.", ""]


def table(rows) -> list[str]:
    return ["| measure | float | int8 |", "|---|---|---|"] + [f"| {n} | {a:.4f} | {b:.4f} |" for n, a, b in rows]


def segmenter(m: dict) -> list[str]:
    f, q = m["metrics"]["float"], m["metrics"]["int8"]
    lines = [
        "Single-cell crops carry no masks: theirs were drawn by an earlier stage of the same network and kept only where",
        "the central cell was clear (see `pseudo_masks.py`); unsure pixels were left out of the loss.", "",
        "## What it does", "",
        "Marks background, cytoplasm and nucleus at 0.5 um per pixel, and a distance map that separates touching cells.",
        "", f"## Held-out result: BCCD, number mod 5 = 0, {q['images']} fields", ""]
    lines += table([(n, f[k], q[k]) for n, k in SEGMENTER_ROWS])
    lines += ["", "Reproduce (int8): `python evaluate.py segmenter --pack ../packs/" + m["name"] + "`; float: add",
              "`--model RUN/model.pt`. White-cell boxes found at IoU >= 0.5, int8:", "",
              "| fields | boxes | found | false cells per field |", "|---|---|---|---|"]
    for which, d in m["metrics"]["detection"].items():
        lines.append(f"| {which}: {d['fields']} | {d['boxes']} | {d['found']:.4f} | {d['false_per_field']:.4f} |")
    nuclei = ", ".join(f"{k} {v:.2f}" for k, v in m["metrics"]["central_nuclei"].items())
    return lines + ["", "Reproduce: `python evaluate.py fields --pack ../packs/" + m["name"] + " --set NAME`.", "",
                    f"A cell with a nucleus was found in the middle of `test` crops of single cells, by class: {nuclei}.",
                    "Platelets have no nucleus. Reproduce: `python evaluate.py crops --pack ../packs/" + m["name"] + "`.",
                    ""] + other_sets(m) + [
                    "Raabin (phone camera, a laboratory that gave no training pixel) is evaluation only; an earlier result on it led to",
                    "the red-cell augmentation, so it is not a blind test any more. Nor is all_fields, see below.", "",
                    "## Known failures", ""] + FAILURES["segmenter"]


def other_sets(m: dict) -> list[str]:
    """What `kronocyte evaluate --forms` wrote of exactly these weights; nothing, if it wasn't run since."""
    file = RESULTS / (m["name"] + ".json")
    if not file.exists():
        return []
    found = json.loads(file.read_text())
    if found["segmenter_sha256"] != m["expanded_sha256"]:
        return []
    lines = ["## Every set, through the whole program, in each form", "",
             "| set | form | images | cell Dice | nucleus Dice | cell, nucleus boundary F | AJI | PQ | F1 | recall | extra an image "
             "| mask pixels as int8 ONNX |", "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for s in found["sets"]:
        p = s["pooled"]
        number = lambda key: f"{p[key]:.4f}" if key in p else ""
        share = f"{100 * p['mask_agreement']:.3f} %" if "mask_agreement" in p else ""
        both = f"{p['cell_boundary_f']:.3f}, {p['nucleus_boundary_f']:.3f}" if "cell_boundary_f" in p else ""
        values = [number("cell_dice"), number("nucleus_dice"), both, number("aji"), number("pq"), number("f1"),
                  number("recall"), number("extra_per_image"), share]
        lines.append(f"| {s['set']} | {s['contestant']} | {p['images']} | " + " | ".join(values) + " |")
    return lines + ["", "Pooled over images, at the scale each set's description gives; int8 is `onnx` and `tflite`. bccd: the held-out fifth;",
                    "the other sets gave no training pixel. myeloma: plasma cells only, so F1 has no false cells. all_fields: squeezed images,",
                    "white cells boxed by eye.",
                    "Reproduce: `kronocyte evaluate --forms onnx,onnx-float,tflite --out DIR`, copy `DIR/summary.json` to",
                    f"`training/results/{m['name']}.json`, `python card.py ../packs/{m['name']}`.", ""]


def reliability(m: dict) -> list[str]:
    r = m["metrics"]["reliability"]
    s, u = r["sets"], r["unlike"]
    return [
        "", "## What its word is worth: `test` rows, int8", "",
        f"- Calibration error of the best class (ECE, 15 bins) {r['ece']:.4f}; area under the risk-coverage curve "
        f"{r['aurc']:.4f}.",
        f"- Blasts against all others: AUROC {r['blast_auroc']:.4f}, F1 {r['blast_f1']:.4f}.",
        f"- Prediction sets meant to hold the true class of {s['wanted_coverage']:.0%} of each class's cells held "
        f"{s['coverage']:.1%}, on average {s['mean_size']:.2f} classes; {s['single']:.1%} had one, and then the best class",
        f"  was right in {s['single_right']:.1%}. Coverage by class: "
        + ", ".join(f"{c} {v:.2f}" for c, v in s["class_coverage"].items()) + ".",
        f"- Called unknown: {u['cells_called_unknown']:.1%} of the cells; of what is no cell: "
        + ", ".join(f"{k.replace('_', ' ')} {v:.0%} (AUROC {u['auroc'][k]:.3f})" for k, v in u["called_unknown"].items())
        + ".",
        f"- The nearest of the {len(m['exemplars']['cells'])} exemplars has the network's class for "
        f"{r['nearest_exemplar_agrees']:.1%} of the cells.", "",
        "Another laboratory's cells are not exchangeable with these: there neither coverage nor calibration is promised.",
        "Reproduce: `python evaluate.py reliability --pack ../packs/" + m["name"] + " --segmenter ../packs/SEGMENTER`; on the",
        "device `kronocyte reliability test`, where the segmenter and the crops are the daemon's own."]


def rivals() -> list[str]:
    """The tables of the experiment's report, which names its own conditions."""
    rows = [line for line in RIVALS.read_text().splitlines() if line.startswith(("|", "## "))]
    cut = next(k for k, line in enumerate(rows) if line.startswith("## "))
    return ["", "## Against its rivals", "", "The same CPU seconds of training at 64 px, three seeds:", "", *rows[:cut], "",
            "![accuracy against bytes, arithmetic and time](../../training/experiment/pareto.svg)", "",
            "Trained at full size, float, without class offsets, every crop read once:", "", *rows[cut + 1:], "",
            "In a few minutes of training a plain narrow network of as many bytes is better than the factored one, and as good as the",
            "dense parent, because it is so cheap that it sees the cells three times as often. Trained for hours at full size, with",
            "teachers, the factored one is ahead (one seed), at thirteen times the arithmetic and twice the time a cell. Its last",
            "stages, nearer to the laboratories' own looks, brought it two points and its parent one; the narrow one wasn't trained",
            "so, and was still gaining when it was left. A parent that is trained on at length gains nearly three points more, which",
            "the factored one can't follow: taught by it for another 60 epochs it gained one, on other laboratories nothing, and isn't",
            "shipped. Sixteen terms of four bits in as many bytes come nearer (exported 0.848, the parent 0.864, this pack 0.841), but",
            "what is no cell is then called unknown far less often, so they aren't shipped either (one seed each). Latencies of the last",
            "four rows are of slower days of the machine. The conditions and how to run it again:",
            "`models-quantized/training/experiment/REPORT.md`."]


def classifier(m: dict) -> list[str]:
    f, q = m["metrics"]["float"], m["metrics"]["int8"]
    views = [f"While the best logit leads the next by less than {m['views']['lead_below']}, the crop is read again, mirrored or turned, up to {m['views']['at_most']} times in",
             "all, and the mean of all counts: so in every number here, the float ones as well."] if "views" in m else []
    lines = ["## What it does", "", "Names one centred cell among 13 classes; softmax(logits / temperature), "
             f"temperature {m['temperature']} (Brier score) fitted on the validation rows with the int8 model. The head's",
             "biases were shifted by what the same rows ask for (`reliability.fit_offsets`), in the float column, too.", *views, "",
             f"## Held-out result: `test` rows of cells/split.csv, {q['images']} cells", ""]
    rows = [("accuracy", f["accuracy"], q["accuracy"]), ("macro-F1", f["macro_f1"], q["macro_f1"])]
    rows += [(f"F1 {code} {NAMES[code]}", f["f1"][code], q["f1"][code]) for code in f["f1"]]
    lines += table(rows) + [
        "", "Reproduce (int8): `python evaluate.py classifier --pack ../packs/" + m["name"] + " --segmenter ../packs/SEGMENTER`;",
        "`--model RUN/model.pt` adds the checkpoint in float without the offsets; with them it is measured by `export.py`."] + reliability(m) + [
        "", "## Laboratories it never saw, evaluation only", "",
        "Mean recall of five classes, any of the 13 names may be answered, NGS or NGB counts for a neutrophil; before and",
        "after `kronocyte calibrate` on the set's own unlabelled cells, which also measures their neutrophils and magnifies all",
        "cells accordingly. Scales are estimates, the labels of cellavision and jtsc were never checked by an expert. Raabin's",
        "cells, of four classes, were named by eye by one reader who is no haematologist and had seen what classifier 1.5.0",
        "called them.", "",
        "| set | cells | um/px | magnified | before | after | called blast before, after | calibration |", "|---|---|---|---|---|---|---|---|"]
    for name, o in m["metrics"]["other_labs"].items():
        b, a = o["before"], o["after"]
        lines.append(f"| {name} | {b['cells']} | {o['um_per_px']} | {o['zoom']} | {b['mean_recall']:.3f} | {a['mean_recall']:.3f} | "
                     f"{b['called_blast']:.0%}, {a['called_blast']:.0%} | {o['change']}, {o['refused'] or 'accepted'} |")
    lines += ["", "Recall after calibration:", ""]
    for name, o in m["metrics"]["other_labs"].items():
        lines.append(f"- {name}: " + ", ".join(f"{k} {v:.2f}" for k, v in o["after"]["recall"].items()))
    return lines + [
        "", "All of this was measured, and temperature, sets and thresholds were fitted, with crops of seg-first-light 1.2.0. With those of",
        "1.3.0 the same commands give macro-F1 0.841, ECE 0.020, coverage 90.5%, blasts' F1 0.710 and AUROC 0.980; before and after",
        "calibration cells/lisc 0.705 and 0.825, masks/cellavision 0.720 (as in training), masks/jtsc 0.556 and 0.826,",
        "fields/raabin 0.748 and 0.858.",
        "", "Earlier results on cells/lisc led to the stain augmentation, the calibration's settings were chosen with all three",
        "in view, and so were the training that normalises site by site and the granules drawn into cells to make basophils of",
        "them, after looking at LISC's. How many steps of the last stage stay near the laboratories' own looks was decided with",
        "all four in view: none of them is a blind test any more (Raabin's was for 1.5.0). None of these",
        "cells is a blast: on a laboratory where it has not been checked, its blast calls mean nothing.",
        "Reproduce: `python abroad.py --pack ../packs/" + m["name"] + " --segmenter ../packs/SEGMENTER`."] + rivals() + [
        "", "## Known failures", ""] + FAILURES["classifier"]


FAILURES = {
    "classifier": [
        "- The split is random over images of two laboratories without patient numbers: the same patient can be on both",
        "  sides, so the numbers flatter. On another laboratory expect far lower accuracy until it has been checked there.",
        "- Class and laboratory are confounded: BLA and NIF exist only in the marrow set; BAS, EBO, MMZ, MYB, NGB and PLT",
        "  only in the peripheral set. The network can partly tell the camera instead of the cell. BCCD's cells, a third",
        "  laboratory, were named by one reader who is no haematologist.",
        "- Basophils are known from one laboratory, and from cells of all laboratories with granules drawn into them",
        "  (`augment.granulated`): elsewhere many are still missed, most of all small, dark, evenly stained ones.",
        "- Neighbouring stages of maturation (NGB/NGS, MMZ/MYB, PMO/MYB) and BLA/MON/LYT/PMO are confused most often.",
        "- Blasts and lymphocytes are told apart by their size, too (`other_sizes.py`). Of `test` blasts 73% are recognised at",
        "  their own size, 42% when a fifth smaller, 20% at 0.7 of it; most others are called lymphocytes. Of lymphocytes 4% are",
        "  called blasts, and 25% when larger by 30%. So small lymphoblasts are missed, activated lymphocytes may be called",
        "  blasts, and a wrong um/px does both (1.7.0, int8).",
        "- A cell that is none of the 13 (plasma cell, smudge, atypical lymphocyte, parasite) still gets one of their names;",
        "  whether it is also called unknown was never measured, for there are no such cells in these sets.",
        "- Labels are the publishers'; some marrow LYT look like erythroblasts.",
        "- Never use its raw share of blasts as a blast percentage.",
    ],
    "segmenter": [
        "- A platelet lying on a red cell can look like a small nucleated cell; clumps of platelets and stain deposit too.",
        "- A red cell pressed against a white cell is sometimes counted into its cytoplasm, and pale cytoplasm may be cut.",
        "- Very dark, blue-grey red cells (too alkaline a stain, phone cameras) are the most frequent false cells on a new",
        "  laboratory, and white cells among them are sometimes found in part only; 1.2.0 was trained against them after looking",
        "  at fields of leukaemia (`fields/all_fields`), which 1.1.0 had strewn with false cells, and 1.3.0 again after their",
        "  white cells had been boxed, by one reader who is no haematologist: a fifth had been missed. So they are no blind test.",
        "- A sixth of the erythroblasts, late ones with a small black nucleus, is not found or has no nucleus (crops above).",
        "- The BCCD masks are outlines drawn by hand with a margin, some of them wrong; the network learned that margin, and",
        "  the Dice above cannot reach 1.",
        "- Marrow masks were never drawn by a person: crowded marrow is untested here and large clumps may stay fused.",
        "- The scale (um per pixel) must be known; training covered errors of 0.7 to 1.4 times.",
        "",
        "What the worst images of each set show:",
        "",
        "- bccd: outlines of cells at the border, and of small dense ones, run a few pixels outside the drawn ones.",
        "- cellavision: red cells pressed around a white cell are taken for its cytoplasm, so that it grows petals; pale,",
        "  granular or drawn-out cytoplasm (hand-mirror cells, basophils, large monocytes) is cut close to the nucleus; dark",
        "  granules beside it are called nucleus.",
        "- jtsc: cytoplasm that this stain makes as dense as the nucleus, or its dark rim, is called nucleus; clear cytoplasm on",
        "  yellow ground is cut.",
        "- myeloma: pale cytoplasm of large plasma cells is cut, most of all around the nuclei of fused groups.",
        "- raabin: nearly colourless cytoplasm is missed and the box gets too small.",
        "- lisc: where nuclei are magenta among bluish red cells, large pale monocytes lose their nearly colourless cytoplasm",
        "  and part of the nucleus; most of those monocytes are then called lymphocytes.",
    ],
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("packs", type=Path, nargs="+")
    for folder in p.parse_args().packs:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "MODEL_CARD.md").write_text(text(manifest))


if __name__ == "__main__":
    main()
