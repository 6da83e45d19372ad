"""Adds to a pack the forms that follow from its graph.onnx and weights.bin, and the golden cells' answers.

Usage: python forms.py ../packs/NAME [...]
Forms: graph.tflite (int8), graph-float.onnx, and graph-factored.onnx where there are Kronecker layers. export.py does
the same to a new pack. Nothing is trained or rounded again, and a second run writes the same bytes.
"""

import argparse
import base64
import hashlib
from dataclasses import asdict
from pathlib import Path

import silence  # noqa: F401, must come first
import onnxruntime

import golden
import quantised_graph
from calibration_form import CalibrationForm
from float_form import FloatForm, supplied_arrays
from pack import open_session, read_layer, read_pack, write_manifest
from tflite_form import TfliteForm

GOLDEN_CELLS = {"classifier": 8, "segmenter": 4}
SEGMENTER_SIDE_PX = 64
SEGMENTER_STEP = 31


def side_of(manifest: dict) -> int:
    return manifest["input"]["shape"][1] if manifest["kind"] == "classifier" else manifest["tile"]["max_px"]


def float_session(folder: Path, factored: bool, graph: bytes | None = None):
    """(manifest, onnxruntime session) of a pack's float form; `graph` in place of the pack's file."""
    manifest, _, _ = read_pack(folder)
    blob = (Path(folder) / "weights.bin").read_bytes()
    names, values = [], []
    for entry in manifest["layers"]:
        for key, array in supplied_arrays(read_layer(entry, blob), factored).items():
            names.append(f"{entry['name']}.{key}")
            values.append(onnxruntime.OrtValue.ortvalue_from_numpy(array.copy()))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_external_initializers(names, values)
    graph = graph or (Path(folder) / f"graph-{'factored' if factored else 'float'}.onnx").read_bytes()
    return manifest, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def complete(folder: Path, moments: dict | None = None) -> dict:
    """Writes the forms and the manifest; returns the manifest.

    moments: of each class in training (export.class_moments); with them the pack can calibrate a site.
    """
    folder = Path(folder)
    manifest, graph_bytes, _ = read_pack(folder)
    graph = quantised_graph.read(graph_bytes)
    shapes = {e["name"]: tuple(e["shape"]) for e in manifest["layers"]}
    classifier, side, name = manifest["kind"] == "classifier", side_of(manifest), manifest["name"]

    tflite, spots = TfliteForm(graph, shapes, name, side, free_size=not classifier).file()
    files = {"graph.tflite": tflite,
             "graph-float.onnx": FloatForm(graph, manifest, side, False).serialise(name, manifest["input"]["shape"])}
    if any(e["kind"] == "kronecker" for e in manifest["layers"]):
        files["graph-factored.onnx"] = FloatForm(graph, manifest, side, True).serialise(name, manifest["input"]["shape"])
    if moments:
        form = CalibrationForm(graph.only("logits"), manifest, side, moments)
        files["graph-calibration.onnx"] = form.serialise(name, manifest["input"]["shape"], len(manifest["labels"]))
    for file, data in files.items():
        (folder / file).write_bytes(data)
        manifest["files"][file] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest["tflite"] = [asdict(s) for s in spots]

    images, step = GOLDEN_CELLS[manifest["kind"]], 1 if classifier else SEGMENTER_STEP
    golden_side = side if classifier else SEGMENTER_SIDE_PX
    encoded = lambda opened: base64.b64encode(golden.answers(opened[1], manifest, golden_side, images, step)).decode()
    manifest["golden"] = {"drawing": 1, "side_px": golden_side, "images": images, "step": step,
                          "tolerance": golden.TOLERANCE, "int8": encoded(open_session(folder)),
                          "float": encoded(float_session(folder, False))}
    write_manifest(folder, manifest)
    return manifest


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("packs", type=Path, nargs="+")
    for folder in p.parse_args().packs:
        print(folder, {n: f["bytes"] for n, f in complete(folder)["files"].items()})


if __name__ == "__main__":
    main()
