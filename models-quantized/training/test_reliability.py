"""Tests of what a classifier knows of its limits; they need no data: python -m unittest test_reliability."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

import reference
import reliability
from data import LABELS
from evaluate import looking_again, turned
from other_sizes import zoomed


class OtherSizes(unittest.TestCase):
    def test_a_cell_is_shown_in_another_size_and_the_rest_is_glass(self):
        mask = np.zeros((1, 96, 96), np.uint8)
        mask[0, 36:60, 36:60] = 2
        image = np.where(mask[..., None] > 0, 200, 90).astype(np.uint8).repeat(3, axis=3)
        for zoom, side in ((0.5, 12), (1.0, 24), (1.5, 36)):
            shown = zoomed(image, mask, zoom)
            self.assertAlmostEqual(side, np.sqrt((shown[0, ..., 0] > 150).sum()), delta=1.5)
            self.assertEqual(0, shown[0, :20].max())


class Views(unittest.TestCase):
    """The network of these tests answers with the means of the left and of the upper half, and nothing else."""

    def setUp(self):
        self.asked = []

    def run_network(self, images):
        self.asked.append(len(images))
        grey = images.mean(axis=3)
        return np.stack([grey[:, :, :4].mean((1, 2)), grey[:, :4].mean((1, 2)), np.full(len(images), -9.0)], axis=1)

    def test_a_crop_is_read_until_its_mean_is_decided(self):
        crops = np.zeros((4, 8, 8, 3), np.uint8)
        crops[0, :, :4], crops[0, :, 4:] = 30, 10        # left 30, upper half 20: decided at once
        crops[1, :, :4], crops[1, :, 4:] = 12, 16        # 12, 14; mirrored 16, 14, so that their means are equal
        crops[2, :4], crops[2, 4:] = 0, 21               # 10.5, 0: decided at once
        crops[3] = 5                                     # alike from every side
        found = looking_again(self.run_network, {"views": {"at_most": 8, "lead_below": 3.0}})(crops)
        np.testing.assert_allclose(found, [[30, 20, -9], [14, 14, -9], [10.5, 0, -9], [5, 5, -9]])
        self.assertEqual([4] + [2] * 7, self.asked)

    def test_it_stops_as_soon_as_the_mean_leads(self):
        crops = np.full((1, 8, 8, 3), 10, np.uint8)
        crops[0, 4:, 4:] = 30                            # left 10, upper 10; mirrored 20, 10
        found = looking_again(self.run_network, {"views": {"at_most": 8, "lead_below": 3.0}})(crops)
        np.testing.assert_allclose(found, [[15, 10, -9]])
        self.assertEqual([1, 1], self.asked)

    def test_it_stops_after_as_many_looks_as_it_may_take(self):
        crops = np.full((1, 8, 8, 3), 10, np.uint8)
        crops[0, 4:, 4:] = 30                            # 10, 10; mirrored 20, 10; upside down 10, 20
        found = looking_again(self.run_network, {"views": {"at_most": 3, "lead_below": 99.0}})(crops)
        np.testing.assert_allclose(found, [[(10 + 20 + 10) / 3, (10 + 10 + 20) / 3, -9]])
        self.assertEqual([1, 1, 1], self.asked)

    def test_a_pack_without_views_is_asked_once(self):
        looking_again(self.run_network, {})(np.zeros((3, 8, 8, 3), np.uint8))
        self.assertEqual([3], self.asked)

    def test_the_eight_views_differ_and_the_first_is_the_crop(self):
        crop = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
        np.testing.assert_array_equal(crop, turned(crop, 0))
        np.testing.assert_array_equal(crop[:, :, ::-1], turned(crop, 1))
        np.testing.assert_array_equal(crop[:, ::-1], turned(crop, 2))
        np.testing.assert_array_equal(crop.transpose(0, 2, 1, 3)[:, ::-1, ::-1], turned(crop, 7))
        self.assertEqual(8, len({turned(crop, view).tobytes() for view in range(8)}))


class Sets(unittest.TestCase):
    def test_new_cells_of_every_class_are_covered(self):
        rng = np.random.default_rng(1)

        def draw(n):
            y = rng.integers(0, 4, n)
            return reliability.softmax(rng.normal(size=(n, 4)) + 1.5 * np.eye(4)[y], 1.0), y

        thresholds = reliability.set_thresholds(*draw(4000))
        p, y = draw(20000)
        for k in range(4):
            covered = (p[y == k, k] >= thresholds[k]).mean()
            self.assertGreater(covered, reliability.COVERAGE - 0.02)
            if thresholds[k] < reliability.HALF:
                self.assertLess(covered, reliability.COVERAGE + 0.02)

    def test_a_threshold_leaves_out_at_most_its_share_and_few_cells_nothing(self):
        p = np.array([[v, 1 - v] for v in np.linspace(0.01, 0.4, 30)])
        threshold = reliability.set_thresholds(p, np.zeros(30, int))[0]
        self.assertEqual((p[:, 0] < threshold).sum(), 2)          # of 31, floor(3.1) - 1 are below
        self.assertEqual(reliability.set_thresholds(p[:8], np.zeros(8, int))[0], 0)
        self.assertEqual(reliability.set_thresholds(1 - p, np.zeros(30, int))[0], reliability.HALF)


class Measures(unittest.TestCase):
    def test_calibration_error_is_the_mean_gap_of_the_bins(self):
        rng = np.random.default_rng(2)
        c = rng.uniform(0.2, 1, 500)
        right = rng.random(500) < c ** 2
        expected = 0.0
        for b in range(15):
            inside = [i for i in range(500) if b / 15 <= c[i] < (b + 1) / 15]
            if inside:
                expected += abs(np.mean([right[i] for i in inside]) - np.mean([c[i] for i in inside])) * len(inside) / 500
        self.assertAlmostEqual(reliability.calibration_error(c, right), expected, 12)

    def test_risk_of_the_surest(self):
        confidence, right = np.array([0.9, 0.5, 0.7]), np.array([1.0, 0.0, 0.0])
        self.assertAlmostEqual(reliability.risk_coverage_area(confidence, right), (0 + 1 / 2 + 2 / 3) / 3)

    def test_temperature_undoes_a_scale(self):
        rng = np.random.default_rng(3)
        z = rng.normal(size=(20000, 5)) * 2
        p = reliability.softmax(z, 1.0)
        y = (p.cumsum(1) > rng.random((20000, 1))).argmax(1)
        self.assertAlmostEqual(reliability.fit_temperature(3 * z, y), 3, delta=0.15)


    def test_offsets_undo_what_was_added(self):
        rng = np.random.default_rng(6)
        z = rng.normal(size=(20000, 5)) * 2
        p = reliability.softmax(z, 1.0)
        y = (p.cumsum(1) > rng.random((20000, 1))).argmax(1)
        wrong = np.array([1.0, -0.5, 0, 0.3, -0.8])
        np.testing.assert_allclose(reliability.fit_offsets((z - wrong) * 2, y, 0), 2 * wrong, atol=0.2)
        kept = np.abs(reliability.fit_offsets(z, y)).max()
        self.assertLess(kept, 0.1)


class Unlike(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(4)
        self.plane = rng.normal(size=(6, 40))
        draw = lambda n: np.clip(rng.normal(size=(n, 6)) @ self.plane * 8 + 100 + rng.normal(size=(n, 40)), 0, 255).round()
        self.logits = rng.normal(size=(1000, 13)) + 4
        self.train, self.cells, self.rng = draw(3000), draw(1000), rng
        self.model = reliability.fit_unlikeness(self.train, self.logits, self.cells, 0.8)

    def test_one_in_a_hundred_is_unknown_and_everything_off_the_plane(self):
        score = lambda e: self.model.score(self.logits, e, 0.8)
        self.assertAlmostEqual((score(self.cells) > self.model.threshold).mean(), reliability.UNLIKE_SHARE, delta=0.002)
        away = self.cells + self.rng.normal(size=self.cells.shape) * 40
        self.assertGreater((score(away) > self.model.threshold).mean(), 0.99)

    def test_residual_is_what_a_projection_leaves_by_the_root_of_the_length(self):
        basis = self.model.basis * self.model.basis_scale[:, None].astype(float)
        d = self.cells - self.model.mean
        left = np.linalg.norm(d - d @ basis.T @ basis, axis=1)
        found = self.model.parts(self.logits, self.cells, 1.0)[0] * np.sqrt(np.linalg.norm(self.cells, axis=1))
        # The rounded basis is not quite orthonormal, which counts for long vectors.
        self.assertLess(np.abs(found ** 2 - left ** 2).max(), 0.01 * (d * d).sum(1).max())

    def test_an_embedding_of_nothing_has_a_score(self):
        nothing = np.zeros((1, 40), np.uint8)
        self.assertTrue(np.isfinite(self.model.score(self.logits[:1], nothing, 0.8)).all())

    def test_file_holds_the_arrays(self):
        table = self.train[:26].astype(np.uint8)
        named = [{"label": LABELS[i % 13], "image": f"{i}.jpg"} for i in range(26)]
        with tempfile.TemporaryDirectory() as name:
            manifest = {"files": {}}
            reference.write(Path(name), manifest, self.model, table, named)
            data = (Path(name) / "reference.bin").read_bytes()
        for entry, kind, want in ((manifest["unlikeness"]["mean"], "<f4", self.model.mean),
                                  (manifest["unlikeness"]["basis"], "i1", self.model.basis),
                                  (manifest["unlikeness"]["basis_scale"], "<f4", self.model.basis_scale),
                                  (manifest["exemplars"]["vectors"], "u1", table)):
            self.assertEqual(entry["offset"] % 4, 0)
            got = np.frombuffer(data, kind, int(np.prod(entry["shape"])), entry["offset"]).reshape(entry["shape"])
            np.testing.assert_array_equal(got, want)
        self.assertEqual(len(data), manifest["files"]["reference.bin"]["bytes"])


class Exemplars(unittest.TestCase):
    def test_every_cluster_has_its_medoid(self):
        rng = np.random.default_rng(5)
        centres = np.eye(5) * 200
        vectors = np.clip(np.repeat(centres, 20, axis=0) + rng.normal(size=(100, 5)) * 10, 0, 255)
        rows = reference.medoids(vectors, 5, seed=0)
        self.assertEqual(sorted(r // 20 for r in rows), [0, 1, 2, 3, 4])
        np.testing.assert_array_equal(rows, reference.medoids(vectors, 5, seed=0))
        np.testing.assert_array_equal(reference.medoids(vectors[:3], 5, seed=0), [0, 1, 2])

    def test_an_exemplar_agrees_with_its_own_class(self):
        vectors = np.eye(13, dtype=np.uint8) * 200
        table, named = reference.exemplars(np.repeat(vectors, 2, axis=0), np.repeat(np.arange(13), 2),
                                           [f"{i}.jpg" for i in range(26)])
        self.assertEqual(len(named), 26)
        self.assertEqual(reference.agreement(table, named, vectors, np.arange(13)), 1.0)


if __name__ == "__main__":
    unittest.main()
