"""The graph a device calibrates a new site with: the float network, its normalisation re-estimated on the way.

A folded batch norm can't follow a new stain or camera. This graph runs all cells of a site at once and corrects every
layer but the last in turn: each channel's mean and spread over those cells are moved to what they were in training,
for the same mixture of classes (the mean of a mixture is the mixture of the class means), so that a site with other
cells isn't taken for a site with other colours. What it did is affine a channel, so the device folds it into weights.

  inputs   image uint8 [N, side, side, 3]; mix float [1, K], the share of each class; strength float [1], 0 does
           nothing, 1 corrects fully
  outputs  logits float [N, K] after correction; for each corrected layer L: L.gain [O], L.shift [O], so that the
           corrected value is gain * value + shift

The device supplies L.kernel and L.bias, float32 (see float_form). Batch norm adapted so, without the mixture, is
Li et al., "Revisiting batch normalization for practical domain adaptation" (2016).
"""

import numpy as np
from onnx import TensorProto, helper

from float_form import FloatForm

GAIN_LIMITS = (0.5, 2.0)
LEAST_VARIANCE = 1e-6


class CalibrationForm(FloatForm):
    def __init__(self, graph, manifest: dict, side: int, moments: dict[str, tuple[np.ndarray, np.ndarray]]):
        """moments: layer -> (mean [K, O], mean square [K, O]) of its values in training, for each class."""
        self.moments, self.corrections = moments, []
        super().__init__(graph, manifest, side, factored=False, real_outputs=True)

    def start(self, side):
        super().start(side)
        self.node("Div", ["strength", self.constant("two", np.float32(2))], "half_strength")

    def conv(self, s, x, name, side, relu):
        if s.layer not in self.moments:
            super().conv(s, x, name, side, relu)
            return
        layer, entry = s.layer, self.entries[s.layer]
        value = self.node("Conv", [x, self.supplied(f"{layer}.kernel", entry["shape"]),
                                   self.supplied(f"{layer}.bias", [entry["shape"][0]])], f"{layer}.value",
                          kernel_shape=list(s.attributes["kernel_shape"]), strides=list(s.attributes["strides"]),
                          pads=list(s.attributes["pads"]))
        here = self.node("ReduceMean", [value], f"{layer}.here", axes=[0, 2, 3], keepdims=0)
        squared = self.node("Mul", [value, value], f"{layer}.squared")
        square = self.node("ReduceMean", [squared], f"{layer}.square", axes=[0, 2, 3], keepdims=0)
        spread = self.variance(layer, "site", here, square)
        expected = self.expected(layer, 0, "mean")
        wanted = self.variance(layer, "training", expected, self.expected(layer, 1, "mean_square"))
        ratio = self.node("Div", [wanted, spread], f"{layer}.ratio")
        free = self.node("Pow", [ratio, "half_strength"], f"{layer}.free")
        low, high = (self.constant(n, np.float32(v)) for n, v in zip(("least_gain", "most_gain"), GAIN_LIMITS))
        gain = self.node("Clip", [free, low, high], f"{layer}.gain")
        # shift = strength * expected + (1 - strength) * here - gain * here
        gap = self.node("Sub", [expected, here], f"{layer}.gap")
        moved = self.node("Mul", [gap, "strength"], f"{layer}.moved")
        target = self.node("Add", [here, moved], f"{layer}.target")
        scaled = self.node("Mul", [gain, here], f"{layer}.scaled_here")
        shift = self.node("Sub", [target, scaled], f"{layer}.shift")
        self.corrections.append((layer, entry["shape"][0]))
        column = self.constant("column", np.array([-1, 1, 1], np.int64))
        gains = self.node("Reshape", [gain, column], f"{layer}.gain_column")
        shifts = self.node("Reshape", [shift, column], f"{layer}.shift_column")
        stretched = self.node("Mul", [value, gains], f"{layer}.stretched")
        y = self.node("Add", [stretched, shifts], f"{name}.sum" if relu else name)
        if relu:
            self.node("Relu", [y], name)

    def expected(self, layer, moment, what):
        """The mixture of the classes' moments [O]; kept as float16, which is finer than any estimate of them."""
        table = self.constant(f"{layer}.{what}", self.moments[layer][moment].astype(np.float16))
        table = self.node("Cast", [table], f"{layer}.{what}.float", to=TensorProto.FLOAT)
        mixed = self.node("MatMul", ["mix", table], f"{layer}.{what}.mixed")
        return self.node("Reshape", [mixed, self.constant("flat", np.array([-1], np.int64))], f"{layer}.{what}.expected")

    def variance(self, layer, whose, mean, square):
        power = self.node("Mul", [mean, mean], f"{layer}.{whose}.power")
        raw = self.node("Sub", [square, power], f"{layer}.{whose}.raw_variance")
        return self.node("Max", [raw, self.constant("least_variance", np.float32(LEAST_VARIANCE))],
                         f"{layer}.{whose}.variance")

    def serialise(self, name, input_shape, classes) -> bytes:
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, input_shape)
        mix = helper.make_tensor_value_info("mix", TensorProto.FLOAT, [1, classes])
        strength = helper.make_tensor_value_info("strength", TensorProto.FLOAT, [1])
        ends = self.ends + [helper.make_tensor_value_info(f"{layer}.{what}", TensorProto.FLOAT, [width])
                            for layer, width in self.corrections for what in ("gain", "shift")]
        return self.model(name, [image, mix, strength], ends)
