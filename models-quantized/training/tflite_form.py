"""The int8 TensorFlow Lite form of a pack, written without TensorFlow.

int8 activations are graph.onnx's uint8 ones minus 128, with the same scales. Everything is NHWC. What TensorFlow Lite
lacks or its fast kernels (XNNPACK) don't take is written as what they take:

  padding of a strided convolution   PAD + VALID: SAME pads such a convolution on one side only
  nearest upsampling by two          the tensor four times in CONCATENATION + DEPTH_TO_SPACE: no size has to be known
  pixel shuffle (torch's order)      DEPTH_TO_SPACE, the output channels of the convolution before it reordered
  average pool, linear layer         MEAN, 1x1 CONV_2D

The file holds no weights: its weight and bias buffers name bytes behind the flatbuffer's end (`Buffer.offset`, `size`
of the schema), and the scale vectors of weights and biases are zero. Whoever loads it writes both (see PACK.md).
The tables' field numbers are those of TensorFlow Lite's schema.fbs, version 3.
"""

from dataclasses import dataclass

import flatbuffers
import numpy as np

from quantised_graph import Graph, Quantised, Step

INT32, INT8 = 2, 9                                                       # TensorType
ADD, CONCATENATION, CONV_2D, DEPTH_TO_SPACE, PAD, MEAN = 0, 2, 3, 5, 34, 40      # BuiltinOperator
VERSIONS = {ADD: 2, CONCATENATION: 2, CONV_2D: 3, DEPTH_TO_SPACE: 2, PAD: 2, MEAN: 2}   # first with int8
CONV_OPTIONS, CONCATENATION_OPTIONS, ADD_OPTIONS, PAD_OPTIONS, REDUCER_OPTIONS, DEPTH_OPTIONS = 1, 10, 11, 22, 27, 94
SAME, VALID = 0, 1
ALIGNMENT = 64                                                           # of weight buffers


@dataclass
class Spot:
    """Where one layer's arrays go: byte offsets into the patched file."""
    name: str
    weight: int
    bias: int
    weight_scale: int
    bias_scale: int
    shuffle: int


class TfliteForm:
    def __init__(self, graph: Graph, shapes: dict[str, tuple], name: str, side: int, free_size: bool):
        """shapes: layer -> [O, I, kh, kw]; side: of the square image; free_size: whether height and width may change."""
        self.graph, self.shapes, self.name, self.side, self.free_size = graph, shapes, name, side, free_size
        self.tensors, self.operators, self.constants, self.index = [], [], [], {}
        self.layers = [s.layer for s in graph.steps if s.layer]
        self.shuffled = {}
        self.add_image()
        for step in graph.steps:
            self.step(step)

    # -- the network, in terms of tensors and operators ------------------------------------------------------------
    def tensor(self, name, shape, kind, t: Quantised | None = None, buffer=("none",), quantised=None):
        self.tensors.append((name, [int(d) for d in shape], kind, t, buffer, quantised))
        return len(self.tensors) - 1

    def constant(self, name, values):
        self.constants.append(np.asarray(values, np.int32))
        return self.tensor(name, np.shape(values), INT32, buffer=("constant", len(self.constants) - 1))

    def add_image(self):
        t = self.graph.tensors[self.graph.image]
        self.index[self.graph.image] = self.tensor("image", [1, self.side, self.side, 3], INT8, t)

    def shape(self, index):
        return self.tensors[index][1]

    def emit(self, code, options, inputs, name, shape, t):
        out = self.tensor(name, shape, INT8, t)
        self.operators.append((code, options, inputs, [out]))
        return out

    def step(self, s: Step):
        x, t = self.index[s.inputs[0]], self.graph.tensors[s.output]
        n, h, w, c = self.shape(x)
        if s.op == "Conv":
            y = self.conv(s, x, t)
        elif s.op == "Add":
            y = self.emit(ADD, (ADD_OPTIONS, []), [x, self.index[s.inputs[1]]], s.output, [n, h, w, c], t)
        elif s.op == "GlobalAveragePool":
            axes = self.constant(f"{s.output}.axes", [1, 2])
            y = self.emit(MEAN, (REDUCER_OPTIONS, [(0, "bool", True)]), [x, axes], s.output, [n, 1, 1, c], t)
        elif s.op == "Resize":
            four = self.emit(CONCATENATION, (CONCATENATION_OPTIONS, [(0, "int32", 3)]), [x] * 4, f"{s.output}.four",
                             [n, h, w, 4 * c], t)
            y = self.emit(DEPTH_TO_SPACE, (DEPTH_OPTIONS, [(0, "int32", 2)]), [four], s.output, [n, 2 * h, 2 * w, c], t)
        elif s.op == "DepthToSpace":
            producer = next(p for p in self.graph.steps if p.output == s.inputs[0])
            if producer.layer is None or len(self.graph.users(producer.output)) != 1:
                raise ValueError(f"{s.output}: only a convolution's own output can be shuffled")
            block = s.attributes["blocksize"]
            self.shuffled[producer.layer] = block
            y = self.emit(DEPTH_TO_SPACE, (DEPTH_OPTIONS, [(0, "int32", block)]), [x], s.output,
                          [n, block * h, block * w, c // block ** 2], t)
        else:                                  # Transpose and Flatten: NHWC already, and [N, 1, 1, C] is [N, C]
            y = x
        self.index[s.output] = y

    def conv(self, s: Step, x, t: Quantised):
        o, i, kh, kw = self.shapes[s.layer]
        stride, pad = s.attributes["strides"][0], s.attributes["pads"][0]
        n, h, w, c = self.shape(x)
        given = self.graph.tensors[s.inputs[0]]
        if pad and stride > 1:
            amounts = self.constant(f"{s.layer}.pads", [[0, 0], [pad, pad], [pad, pad], [0, 0]])
            x = self.emit(PAD, (PAD_OPTIONS, []), [x, amounts], f"{s.layer}.padded", [n, h + 2 * pad, w + 2 * pad, c],
                          given)
        elif pad and (2 * pad + 1 != kh or kh != kw):
            raise ValueError(f"{s.layer}: padding {pad} for a window of {kh} x {kw}")
        weight = self.tensor(f"{s.layer}.weight", [o, kh, kw, i], INT8, buffer=("weight", s.layer), quantised=s.layer)
        bias = self.tensor(f"{s.layer}.bias", [o], INT32, buffer=("bias", s.layer), quantised=s.layer)
        options = [(0, "int8", SAME if pad and stride == 1 else VALID), (1, "int32", stride), (2, "int32", stride),
                   (4, "int32", 1), (5, "int32", 1)]
        rows, columns = (h + 2 * pad - kh) // stride + 1, (w + 2 * pad - kw) // stride + 1
        return self.emit(CONV_2D, (CONV_OPTIONS, options), [x, weight, bias], s.output, [n, rows, columns, o], t)

    # -- the flatbuffer --------------------------------------------------------------------------------------------
    def file(self) -> tuple[bytes, list[Spot]]:
        """The bytes of graph.tflite and where each layer's arrays go; deterministic."""
        at, data, spots = {}, b"", []
        for _ in range(2):                     # the first pass finds how long the flatbuffer is
            end = len(data)
            for layer in self.layers:
                o, i, kh, kw = self.shapes[layer]
                for key, size in (("weight", o * i * kh * kw), ("bias", 4 * o)):
                    end += -end % ALIGNMENT
                    at[layer, key] = (max(end, ALIGNMENT), size)
                    end += size
            data, scales = self.serialise(at)
            spots = [Spot(n, at[n, "weight"][0], at[n, "bias"][0], scales[n, "weight"], scales[n, "bias"],
                          self.shuffled.get(n, 1)) for n in self.layers]
        return data, spots

    def serialise(self, at):
        b = flatbuffers.Builder(1 << 16)
        scale_spots, zeros = {}, {}

        def zero_points(count):
            if count not in zeros:
                zeros[count] = b.CreateNumpyVector(np.zeros(count, np.int64))
            return zeros[count]

        buffers = [table(b, [])]               # buffer 0 is the empty one
        for values in self.constants:
            vector = bytes_vector(b, values.astype("<i4").tobytes())
            buffers.append(table(b, [(0, "offset", vector)]))
        numbers = {("constant", k): k + 1 for k in range(len(self.constants))} | {("none",): 0}
        for (layer, key), (offset, size) in at.items():
            numbers[key, layer] = len(buffers)
            buffers.append(table(b, [(1, "uint64", offset), (2, "uint64", size)]))

        tensors = []
        for k, (name, shape, kind, t, buffer, layer) in enumerate(self.tensors):
            fields = [(0, "offset", b.CreateNumpyVector(np.array(shape, np.int32))), (1, "int8", kind),
                      (2, "uint32", numbers[buffer]), (3, "offset", b.CreateString(self.public_name(k, name)))]
            if t is not None:
                scale = b.CreateNumpyVector(np.array([t.scale], np.float32))
                zero = b.CreateNumpyVector(np.array([t.zero_point - 128], np.int64))
                fields.append((4, "offset", table(b, [(2, "offset", scale), (3, "offset", zero)])))
                free = [-1, *([-1, -1] if self.free_size else shape[1:3]), shape[3]]
                fields.append((7, "offset", b.CreateNumpyVector(np.array(free, np.int32))))
            elif layer:
                scale = b.CreateNumpyVector(np.zeros(self.shapes[layer][0], np.float32))
                scale_spots[layer, buffer[0]] = scale
                fields.append((4, "offset", table(b, [(2, "offset", scale), (3, "offset", zero_points(self.shapes[layer][0]))])))
            tensors.append(table(b, fields))

        codes = sorted(VERSIONS)
        operators = []
        for code, (kind, options), inputs, outputs in self.operators:
            operators.append(table(b, [
                (0, "uint32", codes.index(code)), (1, "offset", b.CreateNumpyVector(np.array(inputs, np.int32))),
                (2, "offset", b.CreateNumpyVector(np.array(outputs, np.int32))), (3, "uint8", kind),
                (4, "offset", table(b, options))]))
        outputs = [self.index[name] for name in self.graph.outputs]
        subgraph = table(b, [(0, "offset", tables(b, tensors)),
                             (1, "offset", b.CreateNumpyVector(np.array([0], np.int32))),
                             (2, "offset", b.CreateNumpyVector(np.array(outputs, np.int32))),
                             (3, "offset", tables(b, operators)), (4, "offset", b.CreateString("main"))])
        kinds = [table(b, [(0, "int8", code), (2, "int32", VERSIONS[code]), (3, "int32", code)]) for code in codes]
        model = table(b, [(0, "uint32", 3), (1, "offset", tables(b, kinds)), (2, "offset", tables(b, [subgraph])),
                          (3, "offset", b.CreateString(self.name)), (4, "offset", tables(b, buffers))])
        b.Finish(model, file_identifier=b"TFL3")
        data = bytes(b.Output())
        # An object's offset counts from the file's end; a vector begins with its four-byte length.
        return data, {key: len(data) - offset + 4 for key, offset in scale_spots.items()}

    def public_name(self, k, name):
        return next((out for out in self.graph.outputs if self.index[out] == k), name)


# -- flatbuffers, by field number ---------------------------------------------------------------------------------
def table(b: flatbuffers.Builder, fields) -> int:
    """A table of (field number, type, value); types: offset, bool, int8, uint8, int32, uint32, uint64."""
    b.StartObject(max((number for number, _, _ in fields), default=-1) + 1)
    # Larger fields first keep the table small; the order is not part of the format.
    for number, kind, value in fields:
        if kind == "offset":
            b.PrependUOffsetTRelativeSlot(number, value, 0)
        else:
            prepend = {"bool": b.PrependBoolSlot, "int8": b.PrependInt8Slot, "uint8": b.PrependUint8Slot,
                       "int32": b.PrependInt32Slot, "uint32": b.PrependUint32Slot, "uint64": b.PrependUint64Slot}[kind]
            prepend(number, value, None if kind in ("int8", "uint8", "bool") else 0)
    return b.EndObject()


def tables(b: flatbuffers.Builder, offsets) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    return b.EndVector()


def bytes_vector(b: flatbuffers.Builder, data: bytes) -> int:
    """A byte vector aligned to 16, as the schema asks for buffers."""
    b.StartVector(1, len(data), 16)
    b.head -= len(data)
    b.Bytes[b.head:b.head + len(data)] = data
    return b.EndVector()


def patched(data: bytes, spots: list[Spot], expanded: dict[str, dict[str, np.ndarray]]) -> bytes:
    """graph.tflite with the expanded weights in it, as a device makes it in memory."""
    end = max(s.bias + 4 * len(expanded[s.name]["bias"]) for s in spots)
    out = bytearray(data) + bytes(max(0, end - len(data)))
    for s in spots:
        tensors = {k: shuffled(v, s.shuffle) for k, v in expanded[s.name].items()}
        for at, array in ((s.weight, tensors["weight"].transpose(0, 2, 3, 1)), (s.bias, tensors["bias"].astype("<i4")),
                          (s.weight_scale, tensors["weight_scale"].astype("<f4")),
                          (s.bias_scale, tensors["bias_scale"].astype("<f4"))):
            raw = array.tobytes()
            out[at:at + len(raw)] = raw
    return bytes(out)


def shuffled(array: np.ndarray, block: int) -> np.ndarray:
    """Output channels from torch's pixel-shuffle order (channel, dy, dx) to DEPTH_TO_SPACE's (dy, dx, channel)."""
    rest = array.shape[1:]
    return array.reshape(-1, block * block, *rest).swapaxes(0, 1).reshape(-1, *rest)
