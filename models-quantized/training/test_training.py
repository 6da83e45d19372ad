"""Tests that need no data: python -m unittest test_training (about a second)."""

import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

import augment
import flow
from canvases import UNKNOWN, distance_map
from cell_steps import (BCCD_SHARES, JOINT_BCCD, JOINT_CELLS, NEAR, WIDE, Cells, Shares, joint_batch, made_ahead,
                        next_step)
from checkpoint import Checkpoint
from encoding import encode_od, od_table, white_level
from instances import split_touching
from kron import KroneckerConv2d, rounded, widened
from networks import CellClassifier, CellSegmenter, kronecker
from no_cells import disc, places
from pack import expand, from_nibbles, kronecker_sum, nibbles, open_session, quantise_layer, read_pack, real_kernel, write_pack
from pseudo_masks import overlooked_nucleus
from qdq import QdqGraph
from train_classifier import objective


def lively(model):
    """Random batch-norm statistics, so that folding is not trivial."""
    torch.manual_seed(0)
    for m in model.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.running_mean.normal_(0, 0.2)
            m.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(m.weight, 0.5, 1.5)
            torch.nn.init.normal_(m.bias, 0, 0.2)
    return model.eval()


def random_pack(model, kind: str, folder: Path, size: int):
    """Exports an untrained model with ranges from random input; returns (float outputs, input uint8)."""
    image = np.random.default_rng(1).integers(0, 256, (2, size, size, 3), np.uint8)
    x = torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255
    layers = flow.layers_of(model)
    stored = {n: quantise_layer(l) for n, l in layers.items()}
    run = flow.FloatRun(layers, {n: real_kernel(s) for n, s in stored.items()})
    getattr(flow, kind)(run, x)
    graph = QdqGraph(layers, {n: real_kernel(s).shape for n, s in stored.items()}, run.ranges())
    getattr(flow, kind)(graph, graph.image())
    side = [96, 96] if kind == "classifier" else ["H", "W"]
    outputs = [{"name": n, "scale": float(t.scale), "zero_point": t.zero_point} for n, t in graph.output_info.items()]
    write_pack(folder, {"kind": kind, "outputs": outputs}, graph.serialise("test", ["N", *side, 3]),
               [(n, real_kernel(stored[n]).shape, s, stored[n]) for n, s in graph.input_scales.items()])
    return run.outputs, image


class Encoding(unittest.TestCase):
    def test_white_level_is_the_smallest_value_reaching_the_percentile(self):
        self.assertEqual(white_level(np.array([10] * 95 + [20] * 5, np.uint8)), 10)
        self.assertEqual(white_level(np.array([10] * 94 + [20] * 6, np.uint8)), 20)
        self.assertEqual(white_level(np.zeros(10, np.uint8)), 1)

    def test_background_is_zero_and_black_is_full(self):
        table = od_table(240)
        self.assertEqual((table[255], table[240], table[0], table[24]), (0, 0, 255, 170))

    def test_channels_are_balanced_separately(self):
        rgb = np.zeros((10, 10, 3), np.uint8) + np.array([250, 200, 100], np.uint8)
        self.assertEqual(encode_od(rgb).max(), 0)


class Resuming(unittest.TestCase):
    def test_an_interrupted_training_goes_on_where_it_was(self):
        def training(folder):
            model = torch.nn.Linear(3, 1)
            optimiser = torch.optim.AdamW(model.parameters(), lr=0.1)
            return model, optimiser, Checkpoint(Path(folder) / "checkpoint.pt", model=model, optimiser=optimiser)

        def step(model, optimiser):
            optimiser.zero_grad()
            model(torch.ones(2, 3)).square().sum().backward()
            optimiser.step()

        with tempfile.TemporaryDirectory() as folder:
            model, optimiser, checkpoint = training(folder)
            self.assertEqual(checkpoint.resume(), 0)
            step(model, optimiser)
            checkpoint.keep(1)
            step(model, optimiser)
            other, its_optimiser, found = training(folder)
            self.assertEqual(found.resume(), 1)
            step(other, its_optimiser)
            self.assertTrue(torch.equal(model.weight, other.weight))


class Looks(unittest.TestCase):
    def test_near_looks_differ_less_than_wide_ones(self):
        cell = np.random.default_rng(0).integers(60, 120, (1, 128, 128, 5)).astype(np.uint8)
        cell[..., 3:] = 0
        nobody = torch.zeros(32, dtype=torch.bool)

        def spread(variety, px=96):
            x = joint_batch(cell, torch.full((1, 3), 0.3), np.zeros(32, int), (nobody, nobody), variety, px,
                            torch.Generator().manual_seed(5))
            self.assertEqual(x.shape, (32, 3, px, px))
            return float(x.mean((2, 3)).std(0).mean())

        self.assertLess(spread(NEAR), 0.6 * spread(WIDE))
        self.assertLess(spread(NEAR, 72), 0.6 * spread(WIDE, 72))

    def test_what_is_made_ahead_comes_in_order_and_errors_reach_the_caller(self):
        made = iter(range(5))
        self.assertEqual([0, 1, 2, 3], list(made_ahead(lambda: next(made), 4)))
        with self.assertRaises(ZeroDivisionError):
            list(made_ahead(lambda: 1 // 0, 2))

    def test_crops_that_show_nothing_to_name_come_beside_the_cells_and_belong_to_no_class(self):
        # Two laboratories' cells of every class, one of BCCD, red cells without a nucleus.
        rng = np.random.default_rng(2)
        draw = lambda n, side: rng.integers(40, 200, (n, side, side, 3), np.uint8)
        mask = lambda n, nucleus: np.stack([disc(96, 5.0) + nucleus * disc(96, 3.0)] * n)
        labels = np.tile(np.arange(13), 2)
        with patch("cell_steps.load_bccd_cells", return_value=(draw(5, 128), np.array([*BCCD_SHARES]), mask(5, 1))), \
                patch("cell_steps.load_no_cells", return_value={"background": (draw(4, 128), mask(4, 0))}):
            cells = Cells(draw(26, 128), labels, np.repeat(["a", "b"], 13), mask(26, 1))
        joint = JOINT_CELLS + JOINT_BCCD
        step = next_step(cells, Shares(site=0.0, nothings=8), 96, torch.Generator().manual_seed(3))
        self.assertEqual((joint + 8, 3, 96, 96), step.x.shape)
        self.assertTrue(bool(step.accepted[:joint].any(1).all()))
        self.assertFalse(bool(step.accepted[joint:].any()))
        self.assertTrue(bool((step.how["labels"][joint:] == -1).all()))
        detail = lambda x: (x[:, :, 44:52, 45:53] - x[:, :, 44:52, 44:52]).abs().mean((1, 2, 3))
        self.assertLess(float(detail(step.x[joint:joint + 2]).max()), 0.2 * float(detail(step.x[:joint]).median()))
        sites = next_step(cells, Shares(site=1.0, nothings=8), 96, torch.Generator().manual_seed(3))
        self.assertTrue(bool(sites.accepted.any(1).all()))

    def test_what_belongs_to_no_class_is_best_called_all_of_them_alike(self):
        nothing, sure = torch.zeros(1, 13, dtype=torch.bool), torch.zeros(1, 13)
        sure[0, 4] = 6.0
        self.assertAlmostEqual(float(np.log(13)), float(objective(torch.zeros(1, 13), nothing, None)), places=5)
        self.assertGreater(float(objective(sure, nothing, None)), 5)
        blast = torch.arange(13)[None] == 4
        self.assertLess(float(objective(sure, blast, None)), 0.5)
        taught = objective(torch.zeros(1, 13), nothing, (sure / 2).softmax(1))
        self.assertAlmostEqual(float(np.log(13)), float(taught), places=5, msg="a teacher has no say there")

    def test_places_without_a_cell_are_whole_red_cells_and_backgrounds_away_from_cells(self):
        mask = np.zeros((480, 640), np.uint8)
        mask[200:300, 200:300] = 1
        box = lambda label, x, y, image="f": dict(image=image, label=label, xmin=x, ymin=y, xmax=x + 80, ymax=y + 60)
        boxes = [box("RBC", 400, 100), box("RBC", 250, 250), box("RBC", 2, 100), box("WBC", 400, 300),
                 box("Platelets", 100, 400), box("RBC", 500, 100, "another")]
        found = [places("f", np.random.default_rng(k), boxes, mask) for k in range(20)]
        for those in found:
            self.assertEqual([("red_cells", 440, 130)],
                             [(p.kind, p.x, p.y) for p in those if p.kind != "background"])
            for p in (p for p in those if p.kind == "background"):
                self.assertFalse(200 <= p.x < 300 and 200 <= p.y < 300, p)
        self.assertGreater(sum(map(len, found)), 60)

    def test_blue_grey_red_cells_are_nearly_as_dark_as_nuclei_and_leave_cells_alone(self):
        nucleus = torch.zeros(4, 1, 32, 32)
        nucleus[:, :, 8:16, 8:16] = 1
        pink, purple = (torch.tensor(c)[None, :, None, None] for c in ((0.1, 0.3, 0.2), (0.4, 0.6, 0.1)))
        od = torch.where(nucleus > 0, purple, pink)
        nobody, generator = torch.zeros_like(nucleus), torch.Generator().manual_seed(1)
        out = augment.blue_grey(od, 1 - nucleus, nobody, nucleus, generator, red_cells=1.0, cells=1.0)
        self.assertTrue(torch.equal(out[:, :, 10:14, 10:14], od[:, :, 10:14, 10:14]))
        red, green, blue = (out[:, c, 24, 24] for c in range(3))
        self.assertTrue(bool(((red > green) & (green > blue)).all()))
        self.assertTrue(bool(((red > 0.17) & (red < 0.39)).all()), red)
        self.assertTrue(torch.equal(augment.blue_grey(od, nucleus, nobody, nucleus, generator, 0.0, 0.0, 0.0), od))

    def test_nuclei_turn_bluish_only_where_red_cells_do_not_and_may_be_denser(self):
        nucleus = torch.zeros(64, 1, 32, 32)
        nucleus[:, :, 8:16, 8:16] = 1
        od = torch.where(nucleus > 0, torch.tensor(0.4), torch.tensor(0.2)).repeat(1, 3, 1, 1)
        nobody, generator = torch.zeros_like(nucleus), torch.Generator().manual_seed(1)
        out = augment.blue_grey(od, 1 - nucleus, nobody, nucleus, generator, red_cells=0.5, cells=0.0, nuclei=0.5)
        red_cells = out[:, 2, 24, 24] != 0.2
        nuclei = out[:, 1, 12, 12] < out[:, 0, 12, 12]
        self.assertTrue(torch.equal(red_cells, ~nuclei))
        self.assertTrue(15 < nuclei.sum() < 49)
        denser = augment.condensed(od, nucleus, generator, chance=0.5, most=1.9)
        self.assertTrue(torch.equal(denser[:, :, 24, 24], od[:, :, 24, 24]))
        grown = denser[:, 0, 12, 12] / 0.4
        self.assertTrue(15 < (grown > 1).sum() < 49)
        self.assertTrue(1.5 < grown.max() < 1.91 and grown.min() == 1, (grown.min(), grown.max()))


class Kronecker(unittest.TestCase):
    def test_weight_is_a_sum_of_kronecker_products(self):
        layer = KroneckerConv2d(48, 64, rank=3)
        w = layer.weight().detach().numpy()
        for y in range(3):
            for x in range(3):
                parts = [np.kron(layer.a[r].detach().numpy(), layer.b[r, :, :, y, x].detach().numpy()) for r in range(3)]
                np.testing.assert_allclose(w[:, :, y, x], sum(parts), rtol=1e-4, atol=1e-6)

    def test_reference_expansion_matches_and_rounds_to_int8(self):
        rng = np.random.default_rng(0)
        layer = flow.Layer("k", 1, 1, rng.normal(size=64), a=rng.normal(size=(2, 16, 8)),
                           b=rng.normal(size=(2, 4, 4, 3, 3)), gain=rng.uniform(0.5, 2, 64))
        stored = quantise_layer(layer)
        w, tensors = kronecker_sum(stored), expand(stored, np.float32(0.02))
        exact = sum(np.kron(layer.a[r], layer.b[r, :, :, 1, 1]) for r in range(2)) * layer.gain[:, None]
        self.assertLess(np.abs(w[:, :, 1, 1] - exact).max() / np.abs(exact).max(), 0.02)
        self.assertEqual(np.abs(tensors["weight"]).reshape(64, -1).max(axis=1).tolist(), [127] * 64)
        self.assertEqual(tensors["bias"].dtype, np.int32)

    def test_four_bits_are_trained_as_they_are_shipped(self):
        unit = lively(torch.nn.ModuleDict({"k": kronecker(48, 64, rank=3, bits=4, classes=2)}))
        layer = flow.layers_of(unit)["k"]
        stored = quantise_layer(layer)
        self.assertEqual((str(stored["a"].dtype), str(stored["b_scale"].dtype)), ("int4", "bfloat16"))
        self.assertEqual(np.abs(stored["b"].astype(int)).max(axis=(2, 3, 4)).tolist(), [[7] * 4] * 3)
        wanted = unit["k"].conv.weight().detach().numpy() * layer.gain[:, None, None, None]
        # What is left are scales of 8 bits: three of them in a product.
        np.testing.assert_allclose(kronecker_sum(stored), wanted, rtol=0, atol=0.012 * np.abs(wanted).max())

    def test_the_gradient_goes_through_the_rounding(self):
        factor = torch.randn(2, 3, 5, requires_grad=True)
        (rounded(factor, 4) * torch.arange(5.0)).sum().backward()
        torch.testing.assert_close(factor.grad, torch.arange(5.0).expand(2, 3, 5))

    def test_further_terms_change_nothing_at_first(self):
        narrow, wide = CellClassifier(rank=2).eval(), CellClassifier(rank=5).eval()
        wide.load_state_dict(widened(narrow.state_dict(), wide))
        x = torch.rand(2, 3, 96, 96)
        torch.testing.assert_close(wide(x), narrow(x))
        self.assertGreater(float(wide.body1.conv.a[2:].detach().abs().min()), 0)

    def test_nibbles(self):
        for codes in ([-8, 7, 0, -1], [3, -7, 5], [-2]):
            data = nibbles(np.array(codes, np.int8))
            self.assertEqual(len(data), (len(codes) + 1) // 2)
            self.assertEqual(from_nibbles(data, len(codes)).astype(int).tolist(), codes)
        self.assertEqual(nibbles(np.array([1, -1], np.int8)), b"\xf1")


class Export(unittest.TestCase):
    def check(self, model, kind, size):
        model = lively(model)
        with tempfile.TemporaryDirectory() as name, torch.no_grad():
            outputs, image = random_pack(model, kind, Path(name), size)
            x = torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255
            expected = model(x)
            expected = expected if isinstance(expected, tuple) else (expected,)
            manifest, session = open_session(Path(name))
            for info, want in zip(manifest["outputs"], expected):
                got = session.run([info["name"]], {"image": image})[0]
                real = (got.astype(np.float32) - info["zero_point"]) * info["scale"]
                want = want.permute(0, 2, 3, 1).numpy() if want.ndim == 4 else want.numpy()
                want = np.clip(want, 0, 1) if info["name"] == "distance" else want
                self.assertEqual(got.dtype, np.uint8)
                self.assertEqual(real.shape, want.shape)
                spread = max(float(np.ptp(want)), 1e-3)
                self.assertLess(np.abs(real - want).mean() / spread, 0.05)

    def test_classifier_int8_follows_float(self):
        self.check(CellClassifier(), "classifier", 96)

    def test_segmenter_int8_follows_float(self):
        self.check(CellSegmenter(), "segmenter", 64)

    def test_a_changed_byte_is_refused(self):
        with tempfile.TemporaryDirectory() as name:
            random_pack(lively(CellClassifier()), "classifier", Path(name), 96)
            path = Path(name) / "weights.bin"
            data = bytearray(path.read_bytes())
            data[100] ^= 1
            path.write_bytes(data)
            with self.assertRaises(ValueError):
                read_pack(Path(name))


class Instances(unittest.TestCase):
    def test_touching_discs_are_split_along_the_valley(self):
        y, x = np.mgrid[:60, :100]
        left, right = np.hypot(y - 30, x - 32) < 20, np.hypot(y - 30, x - 68) < 20
        cells = np.where(left, 1, np.where(right, 2, 0)).astype(np.int32)
        found = split_touching((cells > 0).astype(np.uint8), distance_map(cells) / 255)
        self.assertEqual(found.max(), 2)
        self.assertGreater(np.mean((found == found[30, 32]) == (cells == 1)), 0.97)


class OverlookedNuclei(unittest.TestCase):
    def test_a_dark_disc_is_a_nucleus_where_the_teacher_sees_none(self):
        y, x = np.mgrid[:96, :96]
        away = np.hypot(y - 48, x - 48)
        od = np.where(away < 12, 140, np.where(away < 20, 30, 0)).astype(np.uint8)[..., None].repeat(3, 2)
        nothing, seen = np.zeros((2, 3, 96, 96))
        seen[2] = away < 12
        label, found = overlooked_nucleus(od, nothing)
        self.assertTrue(found)
        self.assertTrue((label[away < 10] == 2).all())
        self.assertTrue((label[(away > 15) & (away < 19)] == UNKNOWN).all())
        self.assertTrue((label[away > 40] == 0).all())
        self.assertEqual(overlooked_nucleus(od, seen), (None, False))
        self.assertEqual(overlooked_nucleus(np.roll(od, 30, axis=1), nothing), (None, False))


class Augmentation(unittest.TestCase):
    def test_some_changes_a_share_and_gives_the_change_nothing_else(self):
        images, more = torch.zeros(200, 3, 4, 4), torch.arange(200.0)
        out = augment.some(images, 0.3, torch.Generator().manual_seed(1), lambda part, of: part + 1 + of[:, None, None, None], more)
        changed = out[:, 0, 0, 0] > 0
        self.assertTrue(30 < changed.sum() < 90)
        torch.testing.assert_close(out[changed, 0, 0, 0], 1 + more[changed])
        self.assertEqual(0, images.abs().max())

    def test_granules_are_put_into_chosen_cells_only_and_only_inside(self):
        generator = torch.Generator().manual_seed(2)
        od = torch.full((3, 3, 40, 40), 0.05)
        nucleus, inside = torch.zeros(3, 1, 40, 40), torch.zeros(3, 1, 40, 40)
        inside[:, :, 8:32, 8:32], nucleus[:, :, 14:26, 14:26] = 1, 1
        od += 0.4 * nucleus
        out = augment.granulated(od, inside, nucleus, torch.tensor([False, True, False]), generator)
        torch.testing.assert_close(out[[0, 2]], od[[0, 2]])
        self.assertGreater(float(out[1, 1, 8:32, 8:32].std()), 0.02)
        outside = inside[1, 0] == 0
        torch.testing.assert_close(out[1][:, outside], od[1][:, outside])
        self.assertIs(od, augment.granulated(od, inside, nucleus, torch.zeros(3, dtype=torch.bool), generator))

    def test_contrast_brings_the_darkest_hundredth_to_what_was_drawn(self):
        od = torch.rand(4, 3, 96, 96, generator=torch.Generator().manual_seed(3)) * 0.6
        out = augment.contrast(od, torch.Generator().manual_seed(4), darkest=(0.5, 0.5))
        torch.testing.assert_close(torch.quantile(out.flatten(1), 0.99, dim=1), torch.full((4,), 0.5), rtol=0.02, atol=0)


if __name__ == "__main__":
    unittest.main()
