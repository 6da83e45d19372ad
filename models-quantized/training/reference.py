"""reference.bin: what a device compares a cell's embedding with. Numbers only, no pixels.

Exemplars are training cells that lie in the middle of their neighbours (k-medoids, cosine), stored as the bytes of their
embeddings, so that no scale is needed.
"""

import hashlib
from pathlib import Path

import numpy as np

from data import LABELS
from reliability import Unlikeness

EACH = 8                 # exemplars of each class
ROUNDS = 20


def unit(vectors: np.ndarray) -> np.ndarray:
    v = vectors.astype(np.float64)
    return v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9)


def medoids(vectors: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Rows that stand for all others, ascending: k-means++ seeds, then alternately assigned and centred."""
    if len(vectors) <= count:
        return np.arange(len(vectors))
    u, rng = unit(vectors), np.random.default_rng(seed)
    away = 1 - u @ u.T
    chosen = [int(away.sum(0).argmin())]
    for _ in range(count - 1):
        nearest = np.maximum(away[chosen].min(0), 0)
        nearest[chosen] = 0
        chosen.append(int(rng.choice(len(u), p=nearest / nearest.sum())))
    chosen = np.array(chosen)
    for _ in range(ROUNDS):
        group = away[chosen].argmin(0)
        group[chosen] = np.arange(count)
        moved = np.array([m[away[np.ix_(m, m)].sum(0).argmin()] for m in (np.flatnonzero(group == g) for g in range(count))])
        if np.array_equal(moved, chosen):
            break
        chosen = moved
    return np.sort(chosen)


def exemplars(embeddings: np.ndarray, labels: np.ndarray, paths: list[str]) -> tuple[np.ndarray, list[dict]]:
    """(bytes uint8 [E, D], label and source image of each)."""
    rows = []
    for k in range(len(LABELS)):
        own = np.flatnonzero(labels == k)
        rows.extend(own[medoids(embeddings[own], EACH, seed=k)])
    return embeddings[rows], [{"label": LABELS[labels[i]], "image": paths[i]} for i in rows]


def agreement(table: np.ndarray, named: list[dict], embeddings: np.ndarray, guess: np.ndarray) -> float:
    """Share of cells whose nearest exemplar has the class the network gave them."""
    nearest = (unit(embeddings) @ unit(table).T).argmax(1)
    return round(float(np.mean([named[i]["label"] == LABELS[k] for i, k in zip(nearest, guess)])), 4)


def read(folder: Path, manifest: dict) -> tuple[Unlikeness, np.ndarray, list[dict]]:
    """(unlikeness, embeddings of the exemplars, what they are) of a pack that has them."""
    data, u, e = (folder / "reference.bin").read_bytes(), manifest["unlikeness"], manifest["exemplars"]
    array = lambda place, kind: np.frombuffer(data, kind, int(np.prod(place["shape"])), place["offset"]).reshape(place["shape"])
    return (Unlikeness(array(u["mean"], "<f4"), array(u["basis"], "i1"), array(u["basis_scale"], "<f4"),
                       u["relative_residual_scale"], u["evidence_scale"], u["threshold"]),
            array(e["vectors"], "u1"), e["cells"])


def write(folder: Path, manifest: dict, unlike: Unlikeness, table: np.ndarray, named: list[dict]) -> None:
    """Writes reference.bin and puts `unlikeness` and `exemplars` into the manifest."""
    blob, places = bytearray(), {}
    for key, array in (("mean", unlike.mean.astype("<f4")), ("basis_scale", unlike.basis_scale.astype("<f4")),
                       ("basis", unlike.basis), ("exemplars", table)):
        blob.extend(b"\0" * (-len(blob) % 4))
        places[key] = {"offset": len(blob), "shape": list(array.shape)}
        blob.extend(array.tobytes())
    (folder / "reference.bin").write_bytes(bytes(blob))
    manifest["files"]["reference.bin"] = {"bytes": len(blob), "sha256": hashlib.sha256(blob).hexdigest()}
    manifest["unlikeness"] = {key: places[key] for key in ("mean", "basis", "basis_scale")} | {
        "relative_residual_scale": unlike.relative_residual_scale, "evidence_scale": unlike.evidence_scale, "threshold": unlike.threshold}
    manifest["exemplars"] = {"vectors": places["exemplars"], "cells": named}
