"""Tests of the second readers and of the training report; they need no data: python -m unittest test_readers."""

import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
from sklearn.metrics import f1_score

import morphology
import report
import second_readers
from readers import Boosting, Gaussians, average, best_share, interval, paired_bootstrap, weighted_f1s


def clouds(count: int, seed: int, spread: float = 0.5):
    """Points of three classes in the plane: two lie around the third, so that no straight line parts them."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    angle = rng.uniform(0, 2 * np.pi, count)
    radius = labels * 3.0
    return np.c_[radius * np.cos(angle), radius * np.sin(angle)] + rng.normal(size=(count, 2)) * spread, labels


class Bootstrap(unittest.TestCase):
    def test_counted_cells_give_the_f1_of_repeated_cells(self):
        rng = np.random.default_rng(1)
        labels, guess = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
        counts = rng.integers(0, 4, (5, 60)).astype(float)
        found = weighted_f1s(labels, guess, counts, 4)
        for row, each in zip(counts.astype(int), found):
            again = np.repeat(np.arange(60), row)
            wanted = f1_score(labels[again], guess[again], average=None, labels=range(4), zero_division=0)
            np.testing.assert_allclose(each, wanted)

    def test_equal_readers_differ_by_nothing_and_a_better_one_by_more(self):
        rng = np.random.default_rng(2)
        labels = rng.integers(0, 4, 400)
        poor = np.where(rng.random(400) < 0.3, rng.integers(0, 4, 400), labels)
        good = np.where(rng.random(400) < 0.5, labels, poor)
        self.assertEqual(interval(paired_bootstrap(labels, poor, poor, 4, 200)), (0, 0))
        self.assertGreater(interval(paired_bootstrap(labels, poor, good, 4, 200).mean(1))[0], 0)
        self.assertLess(interval(paired_bootstrap(labels, good, poor, 4, 200).mean(1))[1], 0)

    def test_pairing_is_narrower_than_two_separate_draws(self):
        rng = np.random.default_rng(3)
        labels = rng.integers(0, 3, 300)
        first = np.where(rng.random(300) < 0.4, rng.integers(0, 3, 300), labels)
        second = np.where(rng.random(300) < 0.03, rng.integers(0, 3, 300), first)
        paired = paired_bootstrap(labels, first, second, 3, 400, seed=1).mean(1)
        nothing = np.full(300, 3)                        # a class that never occurs: differences are the scores themselves
        separate = (paired_bootstrap(labels, nothing, second, 4, 400, seed=1)
                    - paired_bootstrap(labels, nothing, first, 4, 400, seed=2)).mean(1)
        self.assertLess(np.std(paired), np.std(separate) / 2)


class Readers(unittest.TestCase):
    def test_gaussians_part_what_no_line_parts(self):
        x, labels = clouds(900, 1)
        reader = Gaussians(1.5).fit(x, labels)
        new, truth = clouds(600, 2)
        p = reader.probabilities(new)
        np.testing.assert_allclose(p.sum(1), 1)
        self.assertGreater(np.mean(p.argmax(1) == truth), 0.95)
        np.testing.assert_array_equal(p, Gaussians(1.5).fit(x, labels).probabilities(new))

    def test_gaussians_work_out_as_the_formula(self):
        x, labels = clouds(300, 3)
        reader = Gaussians(1.0, centres=8).fit(x, labels)
        z = (x[0] - x.mean(0)) / x.std(0)
        wanted = [np.exp(-np.sum((z - c) ** 2) / (2 * reader.radius ** 2)) for c in reader.centres]
        np.testing.assert_allclose(reader._activations(reader._standardised(x[:1]))[0], wanted, rtol=1e-9)

    def test_a_missing_measure_counts_as_the_mean(self):
        x, labels = clouds(300, 4)
        reader = Gaussians(1.0).fit(x, labels)
        missing, mean = np.array([[np.nan, 1.0]]), np.array([[x[:, 0].mean(), 1.0]])
        np.testing.assert_allclose(reader.probabilities(missing), reader.probabilities(mean))

    def test_boosting_learns_stops_and_repeats_itself(self):
        x, labels = clouds(600, 5, spread=1.2)
        reader = Boosting(False).fit(x, labels)
        new, truth = clouds(600, 6, spread=1.2)
        self.assertGreater(np.mean(reader.probabilities(new).argmax(1) == truth), 0.7)
        trees, leaves = reader.size()
        self.assertLess(trees, 3 * 100)
        self.assertLessEqual(leaves, 16 * trees)
        np.testing.assert_array_equal(reader.probabilities(new), Boosting(False).fit(x, labels).probabilities(new))

    def test_average_runs_from_one_reader_to_the_other(self):
        rng = np.random.default_rng(7)
        a, b = rng.dirichlet(np.ones(4), 20), rng.dirichlet(np.ones(4), 20)
        np.testing.assert_allclose(average(a, b, 1), a, atol=1e-5)
        np.testing.assert_allclose(average(a, b, 0), b, atol=1e-5)
        root = np.sqrt(a * b)
        np.testing.assert_allclose(average(a, b, 0.5), root / root.sum(1, keepdims=True), atol=1e-4)

    def test_a_reader_of_noise_gets_no_say(self):
        rng = np.random.default_rng(8)
        labels = rng.integers(0, 4, 300)
        good = np.full((300, 4), 0.1) + 0.6 * np.eye(4)[labels]
        self.assertEqual(best_share(good, np.full((300, 4), 0.25), labels), 1)
        self.assertLess(best_share(rng.dirichlet(np.ones(4), 300), good, labels), 0.6)


class Decision(unittest.TestCase):
    def decide(self, gain, low, abroad_gain=0.0):
        home = {"r": {"gain": gain, "gain_interval": (low, gain + 0.01)}}
        return second_readers.decision(home, {"there": {"network": 0.6, "r": 0.6 + abroad_gain}}, "r")

    def test_all_three_conditions_must_hold(self):
        self.assertEqual(self.decide(0.012, 0.001), "ship")
        self.assertIn("less than 1", self.decide(0.009, 0.001))
        self.assertIn("reaches 0", self.decide(0.012, 0.0))
        self.assertIn("loses on there", self.decide(0.012, 0.001, -0.001))


class Measures(unittest.TestCase):
    def mask(self, draw):
        m = np.zeros((96, 96), np.uint8)
        draw(m)
        return m

    def test_a_disc_is_round_convex_and_as_large_as_drawn(self):
        m = self.mask(lambda m: cv2.circle(m, (48, 48), 24, 1, -1) is None or cv2.circle(m, (48, 48), 12, 2, -1))
        v = dict(zip(morphology.NAMES, morphology.measures(np.full((96, 96, 3), 102, np.uint8), m)))
        self.assertAlmostEqual(v["cell area um2"], np.pi * 6 ** 2, delta=2)
        self.assertAlmostEqual(v["nucleus over cell"], 0.25, delta=0.02)
        for part in ("cell", "nucleus"):
            self.assertGreater(v[f"{part} circularity"], 0.95)
            self.assertGreater(v[f"{part} solidity"], 0.94)
            self.assertLess(v[f"{part} eccentricity"], 0.05)
        self.assertEqual(v["nucleus pieces"], 1)
        self.assertAlmostEqual(v["nucleus mean OD red"], 0.6)
        self.assertAlmostEqual(v["cytoplasm sd OD blue"], 0)

    def test_an_ellipse_has_its_eccentricity_and_a_bar_is_not_round(self):
        ellipse = self.mask(lambda m: cv2.ellipse(m, (48, 48), (40, 20), 30, 0, 360, 1, -1))
        self.assertAlmostEqual(morphology.shape(ellipse)[2], np.sqrt(0.75), delta=0.02)
        bar = self.mask(lambda m: cv2.rectangle(m, (8, 40), (87, 55), 1, -1))
        self.assertAlmostEqual(morphology.shape(bar)[0], 4 * np.pi * 80 * 16 / 192 ** 2, delta=0.03)
        self.assertAlmostEqual(morphology.shape(bar)[1], 1, delta=0.01)
        corner = self.mask(lambda m: cv2.rectangle(m, (20, 20), (59, 59), 1, -1) is None or cv2.rectangle(m, (40, 20), (59, 39), 0, -1))
        self.assertAlmostEqual(morphology.shape(corner)[1], 1200 / 1400, delta=0.01)

    def test_what_is_missing_is_not_a_number_and_nothing_fails(self):
        image = np.zeros((96, 96, 3), np.uint8)
        self.assertTrue(np.isnan(morphology.measures(image, np.zeros((96, 96), np.uint8))).all())
        bare = dict(zip(morphology.NAMES, morphology.measures(image, self.mask(lambda m: cv2.circle(m, (48, 48), 9, 2, -1)))))
        self.assertTrue(np.isnan(bare["cytoplasm mean OD red"]))
        self.assertEqual(bare["nucleus over cell"], 1)

    def test_growing_and_shrinking_move_both_outlines(self):
        m = self.mask(lambda m: cv2.circle(m, (48, 48), 24, 1, -1) is None or cv2.circle(m, (48, 48), 12, 2, -1))
        radius = lambda part: np.sqrt(part.sum() / np.pi)
        for px in (2, -2):
            changed = morphology.grown(m, px)
            self.assertAlmostEqual(radius(changed > 0) - radius(m > 0), px, delta=0.4)
            self.assertAlmostEqual(radius(changed == 2) - radius(m == 2), px, delta=0.4)


class Report(unittest.TestCase):
    LOG = ("a warning of something\nepoch 1/3 loss 0.9000 val acc 0.7000 macro-F1 0.6900 95 s\n"
           "epoch 2/3 loss 0.8000 val acc 0.7500 macro-F1 0.7400 94 s\nkilled\n"
           "epoch 2/3 loss 0.7900 val acc 0.7600 macro-F1 0.7500 90 s\nepoch 3/3 loss 0.7")

    def test_a_resumed_and_cut_log_is_read(self):
        epochs = report.epochs_of(self.LOG)
        self.assertEqual([e.number for e in epochs], [1, 2])
        self.assertEqual(epochs[1], report.Epoch(2, 3, 0.79, 0.76, 0.75, 90))
        self.assertEqual(report.epochs_of("nothing here"), [])
        self.assertAlmostEqual(report.late_rise(epochs), 0.06)
        self.assertEqual(report.late_rise(epochs[:1]), 0)

    def test_bins_risks_and_confusions_are_counted(self):
        confidence, right = np.array([0.95, 0.94, 0.52, 0.2]), np.array([True, True, False, True])
        np.testing.assert_allclose(report.reliability_bins(confidence, right), [(0.2, 1, 1), (0.52, 0, 1), (0.945, 1, 2)])
        np.testing.assert_allclose(report.risks(confidence, right), [0, 0, 1 / 3, 1 / 4])
        counts = np.array([[9, 2, 0], [5, 7, 1], [0, 0, 3]])
        self.assertEqual(report.worst_confusions(counts, 2), [(1, 0, 5), (0, 1, 2)])
        self.assertEqual(len(report.worst_confusions(counts)), 3)

    def test_drawings_are_the_same_bytes_again_and_hold_no_pixels(self):
        stages = {"a": report.epochs_of(self.LOG), "b": report.epochs_of(self.LOG)}
        rng = np.random.default_rng(1)
        counts, p = rng.integers(0, 30, (13, 13)), rng.random(200)
        draws = {"learning": lambda f: report.draw_learning(stages, f), "confusion": lambda f: report.draw_confusion(counts, f),
                 "reliability": lambda f: report.draw_reliability(p, p > 0.4, f),
                 "f1": lambda f: report.draw_f1(rng.random(13) * 0 + 0.5, counts.sum(1), f)}
        with tempfile.TemporaryDirectory() as folder:
            for name, draw in draws.items():
                first, second = Path(folder) / "a.svg", Path(folder) / "b.svg"
                for path in (first, second):
                    draw(path)
                text = first.read_text()
                self.assertEqual(text, second.read_text(), name)
                self.assertNotIn("<image", text, name)
                self.assertNotIn("<dc:date>", text, name)


if __name__ == "__main__":
    unittest.main()
