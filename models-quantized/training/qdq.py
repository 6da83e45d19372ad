"""Emits an int8 QDQ ONNX graph (opset 17, ir 8) whose layer tensors are left to the runtime.

Around every operation the tensors are dequantised and quantised again, which ONNX Runtime fuses into integer kernels.
A ReLU is not emitted: its output tensor has zero point 0, so that quantisation clips at zero.
Activations: uint8, one scale and zero point per tensor. Weights: int8, per output channel, symmetric, supplied from
outside under the names `L.weight`, `L.weight_scale`, `L.bias`, `L.bias_scale`.
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from flow import Layer

OPSET, IR = 17, 8


@dataclass
class Tensor:
    """A uint8 tensor in the graph, NCHW: real value = (q - zero_point) * scale."""
    name: str
    scale: np.float32
    zero_point: int
    channels: int


def affine(low: float, high: float) -> tuple[np.float32, int]:
    """uint8 scale and zero point covering [low, high], low <= 0 <= high."""
    scale = np.float32(max(high - low, 1e-6) / 255)
    return scale, int(np.clip(np.rint(-low / float(scale)), 0, 255))


class QdqGraph:
    """Back-end of flow.classifier / flow.segmenter that writes ONNX nodes."""

    def __init__(self, layers: dict[str, Layer], shapes: dict[str, tuple], ranges: dict[str, tuple]):
        self.layers, self.shapes, self.ranges = layers, shapes, ranges
        self.nodes, self.initialisers, self.outputs = [], {}, []
        self.input_scales: dict[str, np.float32] = {}    # layer name -> activation scale of its input
        self.output_info: dict[str, Tensor] = {}

    # -- building blocks ------------------------------------------------------------------------------------------
    def constant(self, name, array):
        self.initialisers[name] = numpy_helper.from_array(np.asarray(array), name)
        return name

    def external(self, name, data_type, dims):
        """An initialiser whose bytes the runtime supplies by name; the location is only a marker."""
        t = TensorProto(name=name, data_type=data_type, dims=dims, data_location=TensorProto.EXTERNAL)
        t.external_data.add(key="location", value="weights.bin")
        self.initialisers[name] = t
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def quantisation(self, t: Tensor):
        return [self.constant(f"{t.name}.scale", t.scale), self.constant(f"{t.name}.zero", np.uint8(t.zero_point))]

    def real(self, t: Tensor, user: str) -> str:
        """The tensor dequantised for one consumer."""
        return self.node("DequantizeLinear", [t.name, *self.quantisation(t)], f"{t.name}.to.{user}")

    def quantised(self, source: str, name: str, low, high, channels) -> Tensor:
        t = Tensor(name, *affine(low, high), channels)
        self.node("QuantizeLinear", [source, *self.quantisation(t)], name)
        return t

    def same_range(self, op, x: Tensor, suffix, inputs=(), channels=None, **attributes) -> Tensor:
        """An operation that only moves values: the output keeps scale and zero point."""
        out = Tensor(f"{x.name}.{suffix}", x.scale, x.zero_point, channels or x.channels)
        y = self.node(op, [self.real(x, suffix), *inputs], f"{out.name}.real", **attributes)
        self.node("QuantizeLinear", [y, *self.quantisation(out)], out.name)
        return out

    # -- the operations of flow.py --------------------------------------------------------------------------------
    def image(self) -> Tensor:
        """Input uint8 NHWC -> NCHW; OD byte / 255."""
        self.node("Transpose", ["image"], "image.nchw", perm=[0, 3, 1, 2])
        return Tensor("image.nchw", np.float32(1 / 255), 0, 3)

    def conv(self, name, x: Tensor, relu=False, limits=None) -> Tensor:
        layer, shape = self.layers[name], self.shapes[name]
        self.input_scales[name] = x.scale
        weight = self.node("DequantizeLinear", [self.external(f"{name}.weight", TensorProto.INT8, shape),
                                                self.external(f"{name}.weight_scale", TensorProto.FLOAT, shape[:1])],
                           f"{name}.weight.real", axis=0)
        bias = self.node("DequantizeLinear", [self.external(f"{name}.bias", TensorProto.INT32, shape[:1]),
                                              self.external(f"{name}.bias_scale", TensorProto.FLOAT, shape[:1])],
                         f"{name}.bias.real", axis=0)
        y = self.node("Conv", [self.real(x, name), weight, bias], f"{name}.real", kernel_shape=list(shape[2:]),
                      strides=[layer.stride] * 2, pads=[layer.padding] * 4)
        low, high = self.ranges[name]
        return self.quantised(y, name, 0.0 if relu else low, high, shape[0])

    def add(self, name, a: Tensor, b: Tensor) -> Tensor:
        y = self.node("Add", [self.real(a, name), self.real(b, name)], f"{name}.real")
        return self.quantised(y, name, 0.0, self.ranges[name][1], a.channels)

    def upsample(self, x: Tensor) -> Tensor:
        scales = self.constant("twice", np.array([1, 1, 2, 2], np.float32))
        return self.same_range("Resize", x, "up", ["", scales], mode="nearest", nearest_mode="floor",
                               coordinate_transformation_mode="asymmetric")

    def pool(self, name, x: Tensor) -> Tensor:
        y = self.node("GlobalAveragePool", [self.real(x, name)], f"{name}.real")
        return self.quantised(y, name, *self.ranges[name], x.channels)

    def shuffle(self, x: Tensor) -> Tensor:
        """Depth to space in torch's pixel_shuffle order, then NHWC."""
        y = self.same_range("DepthToSpace", x, "space", channels=x.channels // 4, blocksize=2, mode="CRD")
        return self.nhwc(y)

    def flatten(self, x: Tensor) -> Tensor:
        return self.same_range("Flatten", x, "flat", axis=1)

    def nhwc(self, x: Tensor) -> Tensor:
        return self.same_range("Transpose", x, "nhwc", perm=[0, 2, 3, 1])

    def output(self, name, x: Tensor):
        """Rename the last quantised tensor to the contract's output name."""
        last = next(n for n in reversed(self.nodes) if n.output[0] == x.name)
        last.output[0] = name
        sides = ["rows", "columns"] if name == "features" else ["H_half", "W_half"]
        dims = ["N", x.channels] if ".flat" in x.name else ["N", *sides, x.channels]
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.UINT8, dims))
        self.output_info[name] = x

    # -- the file -------------------------------------------------------------------------------------------------
    def serialise(self, name: str, input_shape: list) -> bytes:
        """The finished model; deterministic bytes. Initialisers appear in the order of first use."""
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, input_shape)
        graph = helper.make_graph(self.nodes, name, [image], self.outputs, list(self.initialisers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR,
                                  producer_name="kronocyte-training")
        return model.SerializeToString(deterministic=True)
