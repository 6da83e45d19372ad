"""Second readers and what compares them: gradient boosting, a small network of Gaussians, averages, paired bootstrap."""

import lightgbm
import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_sample_weight

LEAST_P = 1e-6               # a reader's probability is not taken for less when readers are averaged
SHARES = np.linspace(0, 1, 21)


# -- readers ------------------------------------------------------------------------------------------------------
class Gaussians:
    """A radial-basis-function network: standardised measures, Gaussians at k-means centres, logistic output.

    Each Gaussian's standard deviation is `width` times the mean distance between a centre and its nearest neighbour.
    Classes count alike in fitting. A missing measure counts as the mean of training.
    """

    def __init__(self, width: float, centres: int = 32, seed: int = 1):
        self.width, self.count, self.seed = width, centres, seed

    def fit(self, x: np.ndarray, labels: np.ndarray) -> "Gaussians":
        self.mean, self.sd = np.nanmean(x, 0), np.maximum(np.nanstd(x, 0), 1e-9)
        z = self._standardised(x)
        self.centres = KMeans(self.count, n_init=1, random_state=self.seed).fit(z).cluster_centers_
        apart = np.linalg.norm(self.centres[:, None] - self.centres, axis=2) + np.diag(np.full(self.count, np.inf))
        self.radius = self.width * float(apart.min(1).mean())
        self.output = LogisticRegression(C=10, tol=1e-3, max_iter=1000, class_weight="balanced")
        self.output.fit(self._activations(z), labels)
        return self

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        return self.output.predict_proba(self._activations(self._standardised(x)))

    def _standardised(self, x):
        return np.nan_to_num((x - self.mean) / self.sd)

    def _activations(self, z):
        squared = (z * z).sum(1)[:, None] - 2 * z @ self.centres.T + (self.centres ** 2).sum(1)
        return np.exp(-np.maximum(squared, 0) / (2 * self.radius ** 2))


class Boosting:
    """Gradient-boosted trees (LightGBM): at most `rounds` trees a class, depth 4, stopped early on a fifth of the rows."""

    def __init__(self, balanced: bool, rounds: int = 100, seed: int = 1):
        self.balanced, self.rounds, self.seed = balanced, rounds, seed

    def fit(self, x: np.ndarray, labels: np.ndarray) -> "Boosting":
        classes = int(labels.max()) + 1
        fitted, held = train_test_split(np.arange(len(x)), test_size=0.2, stratify=labels, random_state=self.seed)
        weight = compute_sample_weight("balanced", labels) if self.balanced else np.ones(len(labels))
        options = {"objective": "multiclass", "num_class": classes, "learning_rate": 0.1, "max_depth": 4, "num_leaves": 16,
                   "min_data_in_leaf": 20, "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1,
                   "lambda_l2": 1.0, "max_bin": 63, "seed": self.seed, "deterministic": True, "force_row_wise": True,
                   "num_threads": 1, "verbosity": -1}
        rows = lambda part, **how: lightgbm.Dataset(x[part], labels[part], weight=weight[part], params=options, **how)
        first = rows(fitted)
        self.trees = lightgbm.train(options, first, self.rounds, valid_sets=[rows(held, reference=first)],
                                    callbacks=[lightgbm.early_stopping(10, verbose=False)])
        return self

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        return self.trees.predict(x, num_threads=1)

    def size(self) -> tuple[int, int]:
        """(trees, leaves) that are asked."""
        asked = self.trees.best_iteration * self.trees.num_model_per_iteration()
        return asked, sum(tree["num_leaves"] for tree in self.trees.dump_model()["tree_info"][:asked])


def best_on(candidates, x: np.ndarray, labels: np.ndarray):
    """The fitted reader with the highest macro-F1; of equals the first."""
    return max(candidates, key=lambda reader: macro_f1(labels, reader.probabilities(x).argmax(1)))


# -- averages -----------------------------------------------------------------------------------------------------
def average(network: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """Probabilities [N, K] averaged as logarithms, `share` of the weight on the network's."""
    logs = share * np.log(np.maximum(network, LEAST_P)) + (1 - share) * np.log(np.maximum(other, LEAST_P))
    p = np.exp(logs - logs.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def best_share(network: np.ndarray, other: np.ndarray, labels: np.ndarray) -> float:
    """The network's share with the highest macro-F1; of equals the largest, which trusts the other reader least."""
    scores = [macro_f1(labels, average(network, other, share).argmax(1)) for share in SHARES]
    return float(max(zip(scores, SHARES))[1])


# -- measures -----------------------------------------------------------------------------------------------------
def macro_f1(labels: np.ndarray, guess: np.ndarray) -> float:
    return float(f1_score(labels, guess, average="macro", zero_division=0))


def weighted_f1s(labels: np.ndarray, guess: np.ndarray, counts: np.ndarray, classes: int) -> np.ndarray:
    """F1 of each class [B, K] when cell n is there counts[b, n] times; 0 for a class that neither occurs nor is named."""
    truth, named = np.eye(classes)[labels], np.eye(classes)[guess]
    both, total = counts @ (truth * named), counts @ (truth + named)
    return 2 * both / np.maximum(total, 1)


def paired_bootstrap(labels, first, second, classes: int, draws: int = 2000, seed: int = 1) -> np.ndarray:
    """F1 of each class of guess `second` less that of `first` [draws, classes], each time on the same redrawn cells."""
    n = len(labels)
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), draws).astype(float)
    return weighted_f1s(labels, second, counts, classes) - weighted_f1s(labels, first, counts, classes)


def interval(differences: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of redrawn values."""
    low, high = np.quantile(differences, (0.025, 0.975))
    return float(low), float(high)
