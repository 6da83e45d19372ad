"""The dataflow of both networks, written once and run by two back-ends.

A back-end offers conv, add, upsample, pool, shuffle, flatten, nhwc and output. `FloatRun` (here) computes in float32 and records the
range of every tensor that will be quantised; `qdq.QdqGraph` emits the same operations as an int8 ONNX graph.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from kron import KroneckerConv2d
from networks import ConvUnit


@dataclass
class Layer:
    """One convolution ready for export; every tensor float64 numpy.

    dense: weight [O, I, kh, kw]. kronecker: a [R, O1, I1], b [R, O2, I2, kh, kw], gain [O] (per output channel),
    and the bits that a and b are shipped with.
    """
    name: str
    stride: int
    padding: int
    bias: np.ndarray
    weight: np.ndarray | None = None
    a: np.ndarray | None = None
    b: np.ndarray | None = None
    gain: np.ndarray | None = None
    bits: int = 8

    @property
    def kind(self) -> str:
        return "dense" if self.a is None else "kronecker"


def layers_of(model: nn.Module) -> dict[str, Layer]:
    """Folds batch norms and turns the linear head into a 1x1 convolution; in the order of definition."""
    layers = {}
    for name, module in model.named_children():
        if isinstance(module, ConvUnit):
            gain, bias = (t.numpy() for t in module.folded())
            conv = module.conv
            if isinstance(conv, KroneckerConv2d):
                a, b = balanced(conv.a.detach().double().numpy(), conv.b.detach().double().numpy())
                layers[name] = Layer(name, conv.stride, conv.padding, bias, a=a, b=b, gain=gain, bits=conv.bits)
            else:
                weight = conv.weight.detach().double().numpy() * gain[:, None, None, None]
                layers[name] = Layer(name, conv.stride[0], conv.padding[0], bias, weight=weight)
        elif isinstance(module, nn.Conv2d):
            layers[name] = Layer(name, module.stride[0], module.padding[0],
                                 module.bias.detach().double().numpy(), module.weight.detach().double().numpy())
        elif isinstance(module, nn.Linear):
            weight = module.weight.detach().double().numpy()[:, :, None, None]
            layers[name] = Layer(name, 1, 0, module.bias.detach().double().numpy(), weight)
    return layers


def balanced(a: np.ndarray, b: np.ndarray):
    """Moves scale between the factors of each rank until both have the same Frobenius norm; the product is unchanged."""
    norm_a = np.sqrt((a ** 2).sum(axis=(1, 2)))
    norm_b = np.sqrt((b ** 2).sum(axis=(1, 2, 3, 4)))
    c = np.sqrt(np.maximum(norm_b, 1e-12) / np.maximum(norm_a, 1e-12))
    return a * c[:, None, None], b / c[:, None, None, None, None]


def classifier(net, x):
    """x: image -> outputs `logits` [N, 13], `embedding` [N, C] and `features` [N, 6, 6, C], whose mean the embedding is.

    Mirrors networks.CellClassifier.
    """
    x = net.conv("patch", x, relu=True)
    x = net.add("sum1", x, net.conv("body1", x))
    x = net.conv("down2", x, relu=True)
    x = net.add("sum2", x, net.conv("body2", x))
    x = net.add("sum3", x, net.conv("body3", x))
    x = net.conv("down4", x, relu=True)
    x = net.add("sum4", x, net.conv("body4", x))
    x = net.add("sum5", x, net.conv("body5", x))
    pooled = net.pool("pool", x)
    net.output("logits", net.flatten(net.conv("head", pooled)))
    net.output("embedding", net.flatten(pooled))
    net.output("features", net.nhwc(x))


def segmenter(net, x):
    """x: image -> outputs `classes` and `distance`, stride 2. Mirrors networks.CellSegmenter."""
    s1 = net.conv("enc1", net.conv("patch", x, relu=True), relu=True)
    s2 = net.conv("down1", s1, relu=True)
    s2 = net.add("sum2", s2, net.conv("enc2", s2))
    s3 = net.conv("down2", s2, relu=True)
    s3 = net.add("sum3", s3, net.conv("enc3", s3))
    y = net.add("join2", s2, net.upsample(net.conv("lat2", s3)))
    y = net.conv("dec2", y, relu=True)
    y = net.add("join1", s1, net.upsample(net.conv("lat1", y)))
    y = net.conv("dec1", y, relu=True)
    net.output("classes", net.shuffle(net.conv("head_classes", y)))
    net.output("distance", net.shuffle(net.conv("head_distance", y, limits=(0.0, 1.0))))


@dataclass
class FloatRun:
    """Float execution with given dense weights; collects samples of every named tensor for calibration."""
    layers: dict[str, Layer]
    weights: dict[str, np.ndarray]
    samples: dict[str, list] = field(default_factory=dict)
    limits: dict[str, tuple] = field(default_factory=dict)
    outputs: dict[str, torch.Tensor] = field(default_factory=dict)

    def note(self, name, x):
        """Keep every value's extremes and an even sample of the rest (at most 20,000 per call)."""
        flat = x.detach().reshape(-1)
        step = max(1, flat.numel() // 20000)
        self.samples.setdefault(name, []).append(torch.cat([flat[::step], flat.min()[None], flat.max()[None]]).numpy())
        return x

    def conv(self, name, x, relu=False, limits=None):
        layer = self.layers[name]
        y = F.conv2d(x, torch.from_numpy(self.weights[name]).float(), torch.from_numpy(layer.bias).float(),
                     layer.stride, layer.padding)
        if limits:
            self.limits[name] = limits
            y = y.clamp(*limits)
        return self.note(name, F.relu(y) if relu else y)

    def add(self, name, a, b):
        return self.note(name, F.relu(a + b))

    def upsample(self, x):
        return F.interpolate(x, scale_factor=2.0, mode="nearest")

    def pool(self, name, x):
        return self.note(name, x.mean(dim=(2, 3), keepdim=True))

    def shuffle(self, x):
        return F.pixel_shuffle(x, 2)

    def flatten(self, x):
        return x.flatten(1)

    def nhwc(self, x):
        return x.permute(0, 2, 3, 1)

    def output(self, name, x):
        self.outputs[name] = x

    def ranges(self, tail=0.01) -> dict[str, tuple[float, float]]:
        """(low, high) per tensor: fixed limits, else the `tail` and 100 - `tail` percentiles widened to contain 0."""
        found = {}
        for name, parts in self.samples.items():
            values = np.concatenate(parts)
            low, high = np.percentile(values, [tail, 100 - tail])
            found[name] = self.limits.get(name, (min(0.0, float(low)), max(0.0, float(high))))
        return found
