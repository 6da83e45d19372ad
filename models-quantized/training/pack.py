"""Model packs: writing, reading, and the reference expansion of int8 factors into int8 convolution weights.

A pack is a folder with manifest.json, graph.onnx, weights.bin and MODEL_CARD.md. weights.bin is the little-endian
concatenation of the layers' arrays, each starting on a multiple of four bytes; the manifest holds the offsets.
Everything below is numpy float64 with separate multiply and add, so that any IEEE-754 machine reproduces it bit for bit.
"""

import hashlib
import json
from pathlib import Path

import ml_dtypes
import numpy as np
import silence  # noqa: F401, must come first
import onnxruntime
from onnx import TensorProto, numpy_helper

from flow import Layer
from kron import LEVELS

# What weights.bin may hold, by the manifest's name. Numpy has the first two itself; an int4 lies in a byte of its own
# while it is computed with.
DTYPES = {"int8": np.dtype("<i1"), "float32": np.dtype("<f4"), "int4": np.dtype(ml_dtypes.int4),
          "bfloat16": np.dtype(ml_dtypes.bfloat16)}
USUAL = {"weight": "int8", "a": "int8", "b": "int8", "weight_scale": "float32", "a_scale": "float32",
         "b_scale": "float32", "gain": "float32", "bias": "float32"}
# A factor's code, and with what its scales, gain and bias are written.
CODES = {8: ("int8", "float32"), 4: ("int4", "bfloat16")}


# -- quantising a trained layer -----------------------------------------------------------------------------------
def quantise_rows(x: np.ndarray, keep: int, bits: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric integers of `bits` with one scale per index of the first `keep` axes.

    The integers are those of the exact scale, as kron.rounded has them in training: a coarser one moves no value.
    """
    code, real = (DTYPES[name] for name in CODES[bits])
    rest = tuple(range(keep, x.ndim))
    peak = np.abs(x).max(axis=rest)
    scale = np.where(peak > 0, peak / LEVELS[bits], 1.0)
    whole = np.rint(x / scale.reshape(scale.shape + (1,) * len(rest)))
    return whole.astype(code), scale.astype(real)


def quantise_layer(layer: Layer) -> dict:
    """Arrays to be stored for one layer (manifest keys -> numpy arrays)."""
    stored = {}
    if layer.kind == "dense":
        stored["weight"], stored["weight_scale"] = quantise_rows(layer.weight, 1)
    else:
        stored["a"], stored["a_scale"] = quantise_rows(layer.a, 2, layer.bits)
        stored["b"], stored["b_scale"] = quantise_rows(layer.b, 2, layer.bits)
        stored["gain"] = layer.gain.astype(DTYPES[CODES[layer.bits][1]])
    stored["bias"] = layer.bias.astype(DTYPES[CODES[layer.bits][1]])
    return stored


def real_factors(stored: dict) -> tuple[np.ndarray, np.ndarray]:
    """float64 factors a [R, O1, I1] and b [R, O2, I2, kh, kw]."""
    a = stored["a"].astype(np.float64) * stored["a_scale"].astype(np.float64)[:, :, None]
    return a, stored["b"].astype(np.float64) * stored["b_scale"].astype(np.float64)[:, :, None, None, None]


def kronecker_sum(stored: dict) -> np.ndarray:
    """float64 kernel [O, I, kh, kw] from stored factors: sum over r (ascending), then the optional per-channel gain."""
    a, b = real_factors(stored)
    rank, o1, i1 = a.shape
    _, o2, i2, kh, kw = b.shape
    w = np.zeros((o1, o2, i1, i2, kh, kw))
    for r in range(rank):
        w = w + a[r][:, None, :, None, None, None] * b[r][None, :, None, :, :, :]
    w = w.reshape(o1 * o2, i1 * i2, kh, kw)
    return w * stored["gain"].astype(np.float64)[:, None, None, None] if "gain" in stored else w


def real_kernel(stored: dict) -> np.ndarray:
    """The float64 kernel the stored arrays stand for, before the runtime's per-channel int8 rounding."""
    if "a" in stored:
        return kronecker_sum(stored)
    return stored["weight"].astype(np.float64) * stored["weight_scale"].astype(np.float64)[:, None, None, None]


def expand(stored: dict, input_scale: np.float32) -> dict[str, np.ndarray]:
    """weight int8, weight_scale float32, bias int32, bias_scale float32 for one layer, as the runtime needs them."""
    if "a" in stored:
        w = kronecker_sum(stored)
        peak = np.abs(w).reshape(len(w), -1).max(axis=1)
        weight_scale = np.where(peak == 0, np.float32(1), (peak / 127.0).astype(np.float32)).astype(np.float32)
        weight = np.clip(np.rint(w / weight_scale.astype(np.float64)[:, None, None, None]), -127, 127).astype(np.int8)
    else:
        weight, weight_scale = stored["weight"], stored["weight_scale"]
    bias_scale = (np.float64(np.float32(input_scale)) * weight_scale.astype(np.float64)).astype(np.float32)
    bias = np.rint(stored["bias"].astype(np.float64) / bias_scale.astype(np.float64)).astype(np.int32)
    return {"weight": weight, "weight_scale": weight_scale, "bias": bias, "bias_scale": bias_scale}


def expanded_digest(expanded: list[dict]) -> str:
    """SHA-256 over every layer's weight, weight_scale, bias, bias_scale bytes, in order, little-endian."""
    digest = hashlib.sha256()
    for tensors in expanded:
        for key in ("weight", "weight_scale", "bias", "bias_scale"):
            t = tensors[key]
            digest.update(t.astype(t.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


# -- files --------------------------------------------------------------------------------------------------------
def write_pack(folder: Path, manifest: dict, graph: bytes, layers: list[tuple[str, tuple, np.float32, dict]]) -> dict:
    """Writes graph.onnx, weights.bin and manifest.json; layers: (name, shape, input scale, stored arrays) in order."""
    folder.mkdir(parents=True, exist_ok=True)
    blob, entries, expanded = bytearray(), [], []
    for name, shape, input_scale, stored in layers:
        entry = {"name": name, "kind": "kronecker" if "a" in stored else "dense", "shape": list(shape),
                 "input_scale": float(input_scale)}
        for key, array in stored.items():
            blob.extend(b"\0" * (-len(blob) % 4))
            entry[key] = {"offset": len(blob), "shape": list(array.shape)}
            dtype = next(name for name, known in DTYPES.items() if known == array.dtype)
            if dtype != USUAL[key]:
                entry[key]["dtype"] = dtype
            blob.extend(nibbles(array) if dtype == "int4" else array.tobytes())
        entries.append(entry)
        expanded.append(expand(stored, input_scale))
    files = {"graph.onnx": graph, "weights.bin": bytes(blob)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    manifest = manifest | {
        "files": {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in files.items()},
        "layers": entries, "expanded_sha256": expanded_digest(expanded)}
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: dict) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def nibbles(array: np.ndarray) -> bytes:
    """int4 two to a byte, the first in the lower half; an odd last one has its byte alone."""
    return numpy_helper.from_array(array.astype(DTYPES["int4"])).raw_data


def from_nibbles(data: bytes, count: int) -> np.ndarray:
    """`count` int4, each in a byte of its own."""
    return numpy_helper.to_array(TensorProto(data_type=TensorProto.INT4, dims=[count], raw_data=data))


def read_layer(entry: dict, blob: bytes) -> dict[str, np.ndarray]:
    """The stored arrays of one manifest entry."""
    stored = {}
    for key in (k for k in USUAL if k in entry):
        shape, begin = entry[key]["shape"], entry[key]["offset"]
        count, dtype = int(np.prod(shape)), entry[key].get("dtype", USUAL[key])
        if dtype == "int4":
            array = from_nibbles(blob[begin:begin + (count + 1) // 2], count)
        else:
            array = np.frombuffer(blob, DTYPES[dtype], count, begin)
        stored[key] = array.reshape(shape)
    return stored


def read_pack(folder: Path):
    """(manifest, graph bytes, expanded tensors per layer); refuses a pack whose digests do not match."""
    folder = Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    data = {name: (folder / name).read_bytes() for name in manifest["files"]}
    for name, info in manifest["files"].items():
        if len(data[name]) != info["bytes"] or hashlib.sha256(data[name]).hexdigest() != info["sha256"]:
            raise ValueError(f"{folder / name} is not the file its manifest describes")
    expanded = [expand(read_layer(e, data["weights.bin"]), np.float32(e["input_scale"])) for e in manifest["layers"]]
    if expanded_digest(expanded) != manifest["expanded_sha256"]:
        raise ValueError(f"{folder}: expanded weights differ from the manifest's digest")
    return manifest, data["graph.onnx"], expanded


def open_session(folder: Path, threads: int = 1, optimised: Path | None = None):
    """(manifest, onnxruntime session) of a pack; `optimised` saves the fused graph for inspection."""
    manifest, graph, expanded = read_pack(folder)
    names, values = [], []
    for entry, tensors in zip(manifest["layers"], expanded):
        for key, array in tensors.items():
            names.append(f"{entry['name']}.{key}")
            values.append(onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_external_initializers(names, values)
    if optimised:
        options.optimized_model_filepath = str(optimised)
    return manifest, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
