"""The float32 ONNX forms of a pack, without weights: dense kernels, or Kronecker layers run as two small convolutions.

The image is divided by 255, every value stays float32, and only the outputs are quantised, with the scales of
graph.onnx, so that all forms answer alike. What the device supplies for each layer L, all float32:

  graph-float.onnx      L.kernel [O, I, kh, kw] (the factors' real product), L.bias [O]
  graph-factored.onnx   the same for dense layers; for a Kronecker layer
                        L.inner [R*O2, I2, kh, kw] with row r*O2 + o2, L.outer [O1, I1*R, 1, 1] with column i1*R + r,
                        L.gain [O], L.bias [O]

The factored convolution needs no transposition: seen as [N*I1, I2, H, W] the input meets the inner factor, whose
result seen as [N, I1*R, O2*H, W] meets the outer one; the second convolution also sums over the ranks.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from pack import real_factors, real_kernel
from qdq import IR, OPSET
from quantised_graph import Graph, Step


class FloatForm:
    def __init__(self, graph: Graph, manifest: dict, side: int, factored: bool, real_outputs: bool = False):
        """side: of the image, needed by factored layers; real_outputs: leave the outputs float32, for tests."""
        self.graph, self.factored, self.real_outputs = graph, factored, real_outputs
        self.entries = {e["name"]: e for e in manifest["layers"]}
        self.dims = {o["name"]: [d if isinstance(d, int) else d.replace("/2", "_half") for d in o["shape"]]
                     for o in [*manifest["outputs"], *filter(None, [manifest.get("features")])]}
        self.nodes, self.initialisers, self.sides = [], {}, {}
        self.start(side)
        for step in graph.steps:
            self.step(step)
        self.ends = [self.end(output) for output in graph.outputs]

    def constant(self, name, array):
        self.initialisers[name] = numpy_helper.from_array(np.asarray(array), name)
        return name

    def supplied(self, name, dims):
        t = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dims, data_location=TensorProto.EXTERNAL)
        t.external_data.add(key="location", value="weights.bin")
        self.initialisers[name] = t
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def start(self, side):
        image = self.graph.image
        x = self.node("Transpose", ["image"], f"{image}.bytes", perm=[0, 3, 1, 2])
        x = self.node("Cast", [x], f"{image}.float", to=TensorProto.FLOAT)
        self.node("Mul", [x, self.constant("per_byte", np.float32(1 / 255))], image)
        self.sides[image] = side

    def step(self, s: Step):
        t, x = self.graph.tensors[s.output], s.inputs[0]
        side = self.sides[x]
        ends = s.output in self.graph.outputs
        name = f"{s.output}.real" if ends else s.output
        if s.op == "Conv":
            stride, pad, (kh, _) = s.attributes["strides"][0], s.attributes["pads"][0], s.attributes["kernel_shape"]
            side = (side + 2 * pad - kh) // stride + 1
            self.conv(s, x, name, side, t.clips_at_zero)
        elif s.op == "Add":
            y = self.node("Add", s.inputs, f"{name}.sum" if t.clips_at_zero else name)
            if t.clips_at_zero:
                self.node("Relu", [y], name)
        elif s.op == "Resize":
            side *= 2
            scales = self.constant("twice", np.array([1, 1, 2, 2], np.float32))
            self.node("Resize", [x, "", scales], name, **s.attributes)
        else:
            side = {"DepthToSpace": 2 * side, "GlobalAveragePool": 1}.get(s.op, side)
            self.node(s.op, [x], name, **s.attributes)
        self.sides[s.output] = side

    def conv(self, s: Step, x, name, side, relu):
        entry, layer = self.entries[s.layer], s.layer
        o = entry["shape"][0]
        attributes = {"kernel_shape": list(s.attributes["kernel_shape"]), "strides": list(s.attributes["strides"]),
                      "pads": list(s.attributes["pads"])}
        bias = self.supplied(f"{layer}.bias", [o])
        y = f"{name}.sum" if relu else name
        if self.factored and entry["kind"] == "kronecker":
            rank, o1, i1 = entry["a"]["shape"]
            _, o2, i2, kh, kw = entry["b"]["shape"]
            v = self.node("Reshape", [x, self.constant(f"{layer}.apart", np.array([-1, i2, 0, 0], np.int64))],
                          f"{layer}.groups")
            inner = self.supplied(f"{layer}.inner", [rank * o2, i2, kh, kw])
            v = self.node("Conv", [v, inner], f"{layer}.inside", **attributes)
            v = self.node("Reshape", [v, self.constant(f"{layer}.stack", np.array([-1, i1 * rank, o2 * side, side],
                                                                                  np.int64))], f"{layer}.ranks")
            outer = self.supplied(f"{layer}.outer", [o1, i1 * rank, 1, 1])
            v = self.node("Conv", [v, outer], f"{layer}.outside", kernel_shape=[1, 1])
            v = self.node("Reshape", [v, self.constant(f"{layer}.whole", np.array([-1, o, side, side], np.int64))],
                          f"{layer}.channels")
            column = self.constant("column", np.array([-1, 1, 1], np.int64))
            gain = self.node("Reshape", [self.supplied(f"{layer}.gain", [o]), column], f"{layer}.gain.column")
            v = self.node("Mul", [v, gain], f"{layer}.scaled")
            bias = self.node("Reshape", [bias, column], f"{layer}.bias.column")
            self.node("Add", [v, bias], y)
        else:
            self.node("Conv", [x, self.supplied(f"{layer}.kernel", entry["shape"]), bias], y, **attributes)
        if relu:
            self.node("Relu", [y], name)

    def end(self, output):
        """The output's declaration, after quantising it."""
        t = self.graph.tensors[output]
        if self.real_outputs:
            return helper.make_tensor_value_info(f"{output}.real", TensorProto.FLOAT, self.dims[output])
        scale, zero = self.constant(f"{output}.scale", t.scale), self.constant(f"{output}.zero", np.uint8(t.zero_point))
        self.node("QuantizeLinear", [f"{output}.real", scale, zero], output)
        return helper.make_tensor_value_info(output, TensorProto.UINT8, self.dims[output])

    def serialise(self, name: str, input_shape: list) -> bytes:
        return self.model(name, [helper.make_tensor_value_info("image", TensorProto.UINT8, input_shape)], self.ends)

    def model(self, name, inputs, outputs) -> bytes:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self.initialisers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR,
                                  producer_name="kronocyte-training")
        return model.SerializeToString(deterministic=True)


def supplied_arrays(stored: dict[str, np.ndarray], factored: bool) -> dict[str, np.ndarray]:
    """What a layer's float initialisers get: the real kernel or the dequantised factors, rounded once to float32."""
    if factored and "a" in stored:
        a, b = real_factors(stored)
        rank, o1, i1 = a.shape
        gain = stored.get("gain", np.ones(o1 * b.shape[1])).astype(np.float32)
        return {"inner": b.reshape(rank * b.shape[1], *b.shape[2:]).astype(np.float32),
                "outer": a.transpose(1, 2, 0).reshape(o1, i1 * rank, 1, 1).astype(np.float32),
                "gain": gain, "bias": stored["bias"].astype(np.float32)}
    return {"kernel": real_kernel(stored).astype(np.float32), "bias": stored["bias"].astype(np.float32)}
