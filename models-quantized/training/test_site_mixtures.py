"""Tests of site_mixtures.py that need no data."""

import unittest

import numpy as np

from data import LABELS
from site_mixtures import drawn, mean_recall, restained, summary


class SiteMixturesTest(unittest.TestCase):
    def test_a_stain_mixes_densities_of_red_green_and_blue(self):
        image = np.array([[[[100, 50, 200]]]], np.uint8)
        blue_in_red = np.array([[1, 0, 0.1], [0, 2, 0], [0, 0, 2]])
        self.assertEqual(restained(image, blue_in_red).ravel().tolist(), [120, 100, 255])

    def test_as_many_as_there_are_of_the_right_laboratory(self):
        labels = np.array([LABELS.index(c) for c in ("BLA", "LYT", "LYT", "LYT", "BLA")])
        sources = np.array(["marrow", "marrow", "marrow", "peripheral", "peripheral"])
        chosen = drawn(labels, sources, "marrow", {"BLA": 3, "LYT": 1}, np.random.default_rng(1))
        self.assertEqual(chosen[0], 0)
        self.assertEqual(len(chosen), 2)
        self.assertIn(chosen[1], (1, 2))

    def test_every_class_counts_alike(self):
        logits = np.eye(3)[[0, 0, 0, 1, 2]]
        self.assertAlmostEqual(mean_recall(logits, np.array([0, 0, 0, 0, 2])), (0.75 + 1) / 2)

    def test_the_summary_counts_harm(self):
        self.assertIn("2 sites, mean recall +0.010 by the correction, 1 lose more than 0.02, worst -0.030",
                      summary("accepted", [0.05, -0.03]))
        self.assertEqual(summary("accepted", []), "accepted: none")


if __name__ == "__main__":
    unittest.main()
