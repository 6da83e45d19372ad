"""Tests of turning packs back into checkpoints; they need no data: python -m unittest test_from_pack (some seconds)."""

import tempfile
import unittest
from pathlib import Path

import torch

from from_pack import restored
from networks import CellClassifier, CellSegmenter, ConvUnit
from test_training import lively, random_pack


class FromPack(unittest.TestCase):
    def check(self, model, kind, size, dense=False):
        """The restored network, which answers as the pack's rounded weights do, its statistics measured or not; its input."""
        with tempfile.TemporaryDirectory() as name:
            with torch.no_grad():
                outputs, image = random_pack(lively(model), kind, Path(name), size)
            x = torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255
            for batches in ([], [x[:1], x[1:]]):
                found = restored(Path(name), batches, dense)
                with torch.no_grad():
                    answers = found(x)
                first = answers[0] if isinstance(answers, tuple) else answers
                wanted = outputs["classes" if kind == "segmenter" else "logits"]
                torch.testing.assert_close(first, wanted, rtol=1e-3, atol=1e-3 * float(wanted.abs().max()))
            return found, x

    def statistics(self, model, x):
        """Largest distance of a normalised channel's mean from 0 and of its spread from 1, before gain and bias."""
        worst = []

        def keep(unit, inputs, _):
            y = unit.conv(inputs[0]).transpose(0, 1).flatten(1)
            n = unit.norm
            worst.append(max(float(((y.mean(1) - n.running_mean).abs() / n.running_var.sqrt()).max()),
                             float((y.var(1, unbiased=False) / n.running_var - 1).abs().max())))
        hooks = [m.register_forward_hook(keep) for m in model.modules() if isinstance(m, ConvUnit)]
        with torch.no_grad():
            model(x)
        for hook in hooks:
            hook.remove()
        return max(worst)

    def test_a_segmenter(self):
        found, x = self.check(CellSegmenter(), "segmenter", 64)
        self.assertLess(self.statistics(found, x), 0.01)

    def test_a_factored_classifier_keeps_its_factors(self):
        found, x = self.check(CellClassifier(), "classifier", 96)
        self.assertEqual(found.body1.conv.a.shape, (8, 12, 12))
        self.assertLess(self.statistics(found, x), 0.01)

    def test_factors_of_four_bits(self):
        found, x = self.check(CellClassifier(bits=4), "classifier", 96)
        self.assertEqual(found.body1.conv.bits, 4)
        self.assertLess(self.statistics(found, x), 0.01)

    def test_a_factored_classifier_multiplied_out(self):
        found, _ = self.check(CellClassifier(), "classifier", 96, dense=True)
        self.assertEqual(found.body1.conv.weight.shape, (48, 48, 3, 3))

    def test_widths_and_rank_are_the_packs(self):
        found, _ = self.check(CellClassifier(rank=2, widths=(48, 64, 96)), "classifier", 96)
        self.assertEqual((found.body1.conv.rank, found.patch.conv.out_channels, found.head.in_features), (2, 48, 96))


if __name__ == "__main__":
    unittest.main()
