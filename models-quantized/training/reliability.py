"""How far a classifier's word can be trusted: temperature, prediction sets, unlikeness, and their measures.

Everything is fitted on `val` cells with the int8 network as shipped; `test` cells and other laboratories only measure.
org.kronocyte.classify applies it, org.kronocyte.evaluate measures it again on the device.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from sklearn.metrics import f1_score, roc_auc_score

from data import LABELS

COVERAGE = 0.9
HALF = 0.5                   # a class likelier than all others together is always possible
UNLIKE_SHARE = 0.01          # of validation cells that may be called unknown
COMPONENTS = 32              # of the embedding that training cells vary along
BINS = 15
OFFSET_PENALTY = 0.001       # by cross-validation on val: macro-F1 0.807 without offsets, 0.811 with this one


def softmax(logits: np.ndarray, temperature: float) -> np.ndarray:
    e = np.exp((logits - logits.max(1, keepdims=True)).astype(np.float64) / temperature)
    return e / e.sum(1, keepdims=True)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """T > 0 minimising the Brier score of softmax(logits / T).

    The log-likelihood (Guo et al. 2017) lets a few very wrong answers decide: by cross-validation on `val` its
    calibration error was 0.029, this one's 0.020.
    """
    truth = np.eye(logits.shape[1])[labels]
    loss = lambda log_t: ((softmax(logits, np.exp(log_t)) - truth) ** 2).sum(1).mean()
    return round(float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)), 4)


def fit_offsets(logits: np.ndarray, labels: np.ndarray, penalty: float = OFFSET_PENALTY) -> np.ndarray:
    """[K], to be added to logits: what a network trained with balanced classes gets wrong about each as a whole.

    Minimises the log-likelihood of softmax(exp(a) * logits + b) plus penalty * |b|^2 (bias-corrected temperature scaling,
    Alexandari et al. 2020); returns b / exp(a), of mean 0.
    """
    truth = np.eye(logits.shape[1])[labels]

    def loss(w):
        p = softmax(logits * np.exp(w[0]) + w[1:], 1.0)
        gap = p - truth
        value = -np.log(np.maximum((p * truth).sum(1), 1e-12)).mean() + penalty * (w[1:] ** 2).sum()
        return value, np.r_[(gap * logits).sum(1).mean() * np.exp(w[0]), gap.mean(0) + 2 * penalty * w[1:]]

    w = minimize(loss, np.zeros(1 + logits.shape[1]), jac=True).x
    offsets = w[1:] / np.exp(w[0])
    return offsets - offsets.mean()


# -- prediction sets ----------------------------------------------------------------------------------------------
def set_thresholds(probabilities: np.ndarray, labels: np.ndarray, coverage: float = COVERAGE) -> np.ndarray:
    """[K]: class k is possible where its probability is at least this.

    Class-conditional (Mondrian) split conformal prediction with 1 - p as the score (Vovk 2003; Sadinle et al. 2019): of
    new cells of class k, from where the fitted ones came, at least `coverage` have k in their set. Three things only make
    sets larger: thresholds are rounded down to 6 decimals, a class likelier than all others together is always possible,
    and so is one with too few cells to say more.
    """
    found = []
    for k in range(probabilities.shape[1]):
        own = np.sort(probabilities[labels == k, k])
        rank = int(np.floor((len(own) + 1) * (1 - coverage) + 1e-9))
        found.append(min(np.floor(own[rank - 1] * 1e6) / 1e6, HALF) if rank >= 1 else 0.0)
    return np.array(found)


# -- unlikeness ---------------------------------------------------------------------------------------------------
@dataclass
class Unlikeness:
    """How little a cell is like those of training: virtual-logit matching (Wang et al., ViM, CVPR 2022), rescaled.

    score = residual / relative_residual_scale - log(sum exp(logits / T)) / evidence_scale, where
    residual = |part of embedding - mean outside the basis| / sqrt(|embedding|)

    What shows little, as a red cell or background does, has a short embedding, which can't leave a long part outside.
    Divided by the length itself, a spoilt image that lights every channel would hide. A length below 1 counts as 1.
    """
    mean: np.ndarray                 # float32 [D], in units of the embedding's bytes
    basis: np.ndarray                # int8 [J, D]
    basis_scale: np.ndarray          # float32 [J]; basis * scale has rows of length 1
    relative_residual_scale: float = 1.0
    evidence_scale: float = 1.0
    threshold: float = np.inf

    def parts(self, logits, embeddings, temperature):
        e = embeddings.astype(np.float64)
        d = e - self.mean
        along = d @ (self.basis * self.basis_scale[:, None].astype(np.float64)).T
        residual = np.sqrt(np.maximum(0, (d * d).sum(1) - (along * along).sum(1)))
        residual /= np.sqrt(np.maximum(1, np.linalg.norm(e, axis=1)))
        z = logits.astype(np.float64) / temperature
        return residual, np.log(np.exp(z - z.max(1, keepdims=True)).sum(1)) + z.max(1)

    def score(self, logits, embeddings, temperature):
        residual, evidence = self.parts(logits, embeddings, temperature)
        return residual / self.relative_residual_scale - evidence / self.evidence_scale


def fit_unlikeness(training: np.ndarray, logits: np.ndarray, embeddings: np.ndarray, temperature: float) -> Unlikeness:
    """Directions from training embeddings, scales and threshold from validation cells.

    Both parts get one scale: how far the unlikeliest hundredth of the cells lies from the median.
    """
    mean = training.mean(0, dtype=np.float64)
    _, vectors = np.linalg.eigh(np.cov(training.astype(np.float64).T))
    basis = vectors[:, ::-1][:, :min(COMPONENTS, training.shape[1] // 4)].T
    scale = (np.abs(basis).max(1) / 127).astype(np.float32)
    rounded = np.rint(basis / scale[:, None]).astype(np.int8)
    model = Unlikeness(mean.astype(np.float32), rounded, scale)
    residual, evidence = model.parts(logits, embeddings, temperature)
    model.relative_residual_scale = round(float(np.quantile(residual, 0.99) - np.median(residual)), 6)
    model.evidence_scale = round(float(np.median(evidence) - np.quantile(evidence, 0.01)), 6)
    model.threshold = round(float(np.quantile(model.score(logits, embeddings, temperature), 1 - UNLIKE_SHARE)), 6)
    return model


# -- measures -----------------------------------------------------------------------------------------------------
def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error, bins of equal width (Guo et al. 2017)."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(right[at == b].mean() - confidence[at == b].mean()) * np.mean(at == b) for b in np.unique(at)))


def risk_coverage_area(confidence: np.ndarray, right: np.ndarray) -> float:
    """Mean error rate among the n surest cells, over all n (Geifman and El-Yaniv 2017)."""
    wrong = 1.0 - right[np.argsort(-confidence, kind="stable")]
    return float(np.mean(np.cumsum(wrong) / np.arange(1, len(wrong) + 1)))


def measure(probabilities, labels, thresholds, unlike, unlike_outliers: dict, threshold) -> dict:
    """All measures of one fold. unlike: score of each cell; unlike_outliers: kind -> scores."""
    guess, confidence = probabilities.argmax(1), probabilities.max(1)
    sets = probabilities >= thresholds
    covered = sets[np.arange(len(labels)), labels]
    single, blast = sets.sum(1) == 1, LABELS.index("BLA")
    r = lambda v: round(float(v), 4)
    auroc = {kind: r(roc_auc_score(np.r_[np.zeros(len(unlike)), np.ones(len(s))], np.r_[unlike, s]))
             for kind, s in unlike_outliers.items()}
    return {
        "cells": len(labels), "ece": r(calibration_error(confidence, guess == labels)),
        "aurc": r(risk_coverage_area(confidence, guess == labels)),
        "sets": {"wanted_coverage": COVERAGE, "coverage": r(covered.mean()), "mean_size": r(sets.sum(1).mean()),
                 "single": r(single.mean()), "single_right": r((guess == labels)[single].mean()),
                 "empty": r((sets.sum(1) == 0).mean()),
                 "class_coverage": {c: r(covered[labels == k].mean()) for k, c in enumerate(LABELS)}},
        "blast_auroc": r(roc_auc_score(labels == blast, probabilities[:, blast])),
        "blast_f1": r(f1_score(labels == blast, guess == blast)),
        "unlike": {"cells_called_unknown": r((unlike > threshold).mean()), "auroc": auroc,
                   "called_unknown": {kind: r((s > threshold).mean()) for kind, s in unlike_outliers.items()},
                   "mean_auroc": r(np.mean(list(auroc.values())))}}
