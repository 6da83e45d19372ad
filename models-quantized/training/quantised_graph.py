"""Reads back what qdq.QdqGraph wrote: the operations between quantised tensors, without ONNX's dressing.

The other forms of a pack (tflite_form, float_form) are written from these steps, so that every form has the scales of
graph.onnx, and a pack gets its forms without its checkpoint.
"""

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass
class Quantised:
    """uint8 tensor, NCHW: real value = (q - zero_point) * scale."""
    name: str
    scale: np.float32
    zero_point: int

    @property
    def clips_at_zero(self) -> bool:
        """True after a ReLU, which graph.onnx leaves to the quantisation."""
        return self.zero_point == 0


@dataclass
class Step:
    """One operation. Conv: `layer` names its weights. A step that only moves values keeps its input's scale."""
    op: str
    inputs: list[str]
    output: str
    layer: str | None = None
    attributes: dict = field(default_factory=dict)


@dataclass
class Graph:
    """Steps in order of execution; the first tensor is the image, in NCHW."""
    image: str
    tensors: dict[str, Quantised]
    steps: list[Step]
    outputs: list[str]

    def only(self, *outputs: str) -> "Graph":
        """The same graph without other outputs and the steps that make nothing else."""
        others = {o for o in self.outputs if o not in outputs}
        return Graph(self.image, self.tensors, [s for s in self.steps if s.output not in others], list(outputs))

    def users(self, name: str) -> list[Step]:
        return [s for s in self.steps if name in s.inputs]


MOVES = {"Resize", "DepthToSpace", "Transpose", "Flatten"}
COMPUTES = {"Conv", "Add", "GlobalAveragePool"}


def read(data: bytes) -> Graph:
    """The steps of a graph.onnx; ValueError for a node that qdq.QdqGraph never writes."""
    proto = onnx.load_model_from_string(data).graph
    constants = {i.name: numpy_helper.to_array(i) for i in proto.initializer
                 if i.data_location != onnx.TensorProto.EXTERNAL}
    graph = Graph("", {}, [], [o.name for o in proto.output])
    source, pending = {}, {}
    for node in proto.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Transpose" and node.input[0] == "image":
            graph.image = node.output[0]
            graph.tensors[graph.image] = Quantised(graph.image, np.float32(1 / 255), 0)
        elif node.op_type == "DequantizeLinear":
            source[node.output[0]] = node.input[0]
            if node.input[0] in graph.tensors:
                t = graph.tensors[node.input[0]]
                assert constants[node.input[1]] == t.scale and constants[node.input[2]] == t.zero_point, node.name
        elif node.op_type in MOVES | COMPUTES:
            step = Step(node.op_type, [source[node.input[0]]], "", None, attributes)
            if node.op_type == "Conv":
                step.layer = source[node.input[1]].removesuffix(".weight")
            elif node.op_type == "Add":
                step.inputs.append(source[node.input[1]])
            pending[node.output[0]] = step
        elif node.op_type == "QuantizeLinear":
            step = pending.pop(node.input[0])
            step.output = node.output[0]
            graph.steps.append(step)
            graph.tensors[step.output] = Quantised(step.output, np.float32(constants[node.input[1]]),
                                                   int(constants[node.input[2]]))
        else:
            raise ValueError(f"node {node.name} is a {node.op_type}, which no pack has")
    return graph
