"""Tests of the forms of a pack; they need no data: python -m unittest test_forms (some seconds)."""

import hashlib
import json
import struct
import tempfile
import unittest
from pathlib import Path

import flatbuffers.table
import numpy as np
import torch

import abroad
import forms
import golden
import quantised_graph
from float_form import FloatForm
from networks import CellClassifier, CellSegmenter
from pack import read_pack, write_manifest
from test_training import lively, random_pack
from tflite_form import Spot, TfliteForm, patched, shuffled


def complete_pack(model, kind, folder, size):
    """A pack of an untrained model with the fields that forms.py reads."""
    random_pack(lively(model), kind, folder, size)
    manifest = json.loads((folder / "manifest.json").read_text())
    classifier = kind == "classifier"
    shape = {"logits": ["N", 13], "embedding": ["N", 128], "features": ["N", 6, 6, 128],
             "classes": ["N", "H/2", "W/2", 3], "distance": ["N", "H/2", "W/2", 1]}
    manifest |= {"name": "test", "input": {"shape": ["N", 96, 96, 3] if classifier else ["N", "H", "W", 3]},
                 "tile": {"max_px": 64}}
    for output in manifest["outputs"]:
        output["shape"] = shape[output["name"]]
    if classifier:
        manifest["features"] = manifest["outputs"].pop()
    write_manifest(folder, manifest)
    return forms.complete(folder)


class Forms(unittest.TestCase):
    def in_pack(self, model, kind, size, check):
        with tempfile.TemporaryDirectory() as name, torch.no_grad():
            check(complete_pack(model, kind, Path(name), size), Path(name))

    def test_a_second_run_writes_the_same(self):
        def check(manifest, folder):
            self.assertEqual(forms.complete(folder), manifest)
            self.assertIn("graph.tflite", manifest["files"])
            self.assertIn("graph-factored.onnx", manifest["files"])
        self.in_pack(CellClassifier(), "classifier", 96, check)

    def test_factored_execution_equals_expanded_execution(self):
        def check(manifest, folder):
            graph = quantised_graph.read((folder / "graph.onnx").read_bytes())
            images = np.stack([golden.draw(k, 96) for k in range(3)])
            real = []
            for factored in (False, True):
                form = FloatForm(graph, manifest, 96, factored, real_outputs=True).serialise("t", ["N", 96, 96, 3])
                self.assertEqual(factored, b"body1.outer" in form)
                real.append(forms.float_session(folder, factored, form)[1].run(None, {"image": images})[0])
            self.assertGreater(np.ptp(real[0]), 0.1)
            self.assertLess(np.abs(real[0] - real[1]).max(), 1e-4)
        self.in_pack(CellClassifier(), "classifier", 96, check)

    def test_calibration_without_strength_is_the_float_network_and_with_it_has_the_moments_of_training(self):
        model = lively(CellClassifier())
        images = np.stack([golden.draw(k, 96) for k in range(6)])
        rng = np.random.default_rng(4)
        widths = {n: m.conv.a.shape[1] * m.conv.b.shape[1] if hasattr(m.conv, "a") else m.conv.out_channels
                  for n, m in model.named_children() if hasattr(m, "conv")}
        mean = {n: rng.normal(0, 1, (13, w)) for n, w in widths.items()}
        moments = {n: (m, m * m + 1.0) for n, m in mean.items()}

        def check(manifest, folder):
            manifest["labels"] = [str(k) for k in range(13)]
            manifest["temperature"] = 1.0
            write_manifest(folder, manifest)
            manifest = forms.complete(folder, moments)
            self.assertIn("graph-calibration.onnx", manifest["files"])
            _, session = abroad.calibration_session(folder)
            mix = rng.dirichlet(np.ones(13))[None].astype(np.float32)
            feed = {"image": images, "mix": mix, "strength": np.zeros(1, np.float32)}
            plain, gain, shift = session.run(["logits.real", "patch.gain", "patch.shift"], feed)
            _, reference = forms.float_session(folder, False)
            info = manifest["outputs"][0]
            quantised = np.clip(np.rint(plain / info["scale"]) + info["zero_point"], 0, 255)
            self.assertLess(np.abs(quantised - reference.run(["logits"], {"image": images})[0]).max(), 8)
            np.testing.assert_allclose(gain, 1, atol=1e-6)
            np.testing.assert_allclose(shift, 0, atol=1e-4)
            gain, shift = session.run(["patch.gain", "patch.shift"], feed | {"strength": np.ones(1, np.float32)})
            kernel = next(t for e, t in zip(manifest["layers"], read_pack(folder)[2]) if e["name"] == "patch")
            weight = kernel["weight"].astype(np.float32) * kernel["weight_scale"][:, None, None, None]
            value = torch.nn.functional.conv2d(torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255,
                                               torch.from_numpy(weight), stride=4).numpy()
            value += (kernel["bias"] * kernel["bias_scale"])[None, :, None, None]
            corrected = value * gain[None, :, None, None] + shift[None, :, None, None]
            wanted = (mix[0] @ moments["patch"][0].astype(np.float16).astype(np.float32))
            np.testing.assert_allclose(corrected.mean((0, 2, 3)), wanted, atol=2e-3)
        self.in_pack(model, "classifier", 96, check)

    def test_float_form_follows_the_network(self):
        for model, kind, side in ((CellClassifier(), "classifier", 96), (CellSegmenter(), "segmenter", 64)):
            def check(manifest, folder):
                image = golden.draw(2, side)[None]
                expected = model.eval()(torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255)
                _, session = forms.float_session(folder, False)
                for info, want in zip(manifest["outputs"], expected if isinstance(expected, tuple) else (expected,)):
                    got = session.run([info["name"]], {"image": image})[0]
                    want = want.permute(0, 2, 3, 1).numpy() if want.ndim == 4 else want.numpy()
                    quantised = np.clip(np.rint(want / info["scale"]) + info["zero_point"], 0, 255)
                    self.assertLess(np.abs(got - quantised).mean(), 4)
            self.in_pack(model, kind, side, check)

    def test_tensorflow_lite_file_has_its_layers_where_it_says(self):
        def check(manifest, folder):
            _, _, expanded = read_pack(folder)
            layers = {e["name"]: t for e, t in zip(manifest["layers"], expanded)}
            data = (folder / "graph.tflite").read_bytes()
            self.assertEqual(data[4:8], b"TFL3")
            whole = patched(data, [Spot(**s) for s in manifest["tflite"]], layers)
            stored = buffers(data)
            for spot in manifest["tflite"]:
                tensors = layers[spot["name"]]
                o, i, kh, kw = tensors["weight"].shape
                self.assertGreaterEqual(spot["weight"], len(data))
                self.assertIn((spot["weight"], tensors["weight"].size), stored)
                self.assertIn((spot["bias"], 4 * o), stored)
                weight = np.frombuffer(whole, np.int8, o * i * kh * kw, spot["weight"]).reshape(o, kh, kw, i)
                channel = o - 1                      # stays the last one in any order
                np.testing.assert_array_equal(weight[channel], tensors["weight"][channel].transpose(1, 2, 0))
                for key in ("weight_scale", "bias_scale"):
                    at = spot[key]
                    self.assertEqual(struct.unpack_from("<I", data, at - 4)[0], o)
                    self.assertEqual(set(data[at:at + 4 * o]), {0})
                    self.assertEqual(struct.unpack_from("<f", whole, at + 4 * channel)[0], tensors[key][channel])
        self.in_pack(CellClassifier(), "classifier", 96, check)
        self.in_pack(CellSegmenter(), "segmenter", 64, check)

    def test_shuffled_channels_upscale_like_torch(self):
        x = np.arange(3 * 4, dtype=np.float32)               # channels of one pixel
        want = torch.nn.functional.pixel_shuffle(torch.from_numpy(x)[:, None, None], 2).numpy()     # [3, 2, 2]
        np.testing.assert_array_equal(shuffled(x, 2).reshape(2, 2, 3).transpose(2, 0, 1), want)

    def test_a_padding_that_tensorflow_lite_cannot_express_is_refused(self):
        def check(manifest, folder):
            graph = quantised_graph.read((folder / "graph.onnx").read_bytes())
            step = next(s for s in graph.steps if s.layer == "body1")
            step.attributes["pads"] = [2, 2, 2, 2]
            with self.assertRaises(ValueError):
                TfliteForm(graph, {e["name"]: e["shape"] for e in manifest["layers"]}, "t", 96, False)
        self.in_pack(CellClassifier(), "classifier", 96, check)


def buffers(data: bytes) -> set[tuple[int, int]]:
    """(offset, size) of every buffer that lies behind the flatbuffer, read by field number."""
    root = flatbuffers.table.Table(data, struct.unpack_from("<I", data)[0])
    vector = root.Offset(4 + 2 * 4)
    found = set()
    for k in range(root.VectorLen(vector)):
        entry = flatbuffers.table.Table(data, root.Indirect(root.Vector(vector) + 4 * k))
        slots = [entry.Offset(4 + 2 * number) for number in (1, 2)]
        if all(slots):
            found.add(tuple(struct.unpack_from("<Q", data, entry.Pos + slot)[0] for slot in slots))
    return found


class Golden(unittest.TestCase):
    def test_drawings_are_pinned(self):
        """The daemon draws the same; its test holds the same digest."""
        digest = hashlib.sha256()
        for side in (96, 64):
            for k in range(8):
                digest.update(golden.draw(k, side).tobytes())
        self.assertEqual(digest.hexdigest(), "981725b04e085958cddd52f264cb3dcac440526b759bef1144006d9fab192ae6")


if __name__ == "__main__":
    unittest.main()
