"""Writes Spleeter's U-Net as an ONNX model, without the onnx package.

A network takes the magnitudes of a stereo spectrogram, float32 (batch, 2, frames, bins) with frames and bins
multiples of 64, and answers with sigmoids of the same shape: how much of each value belongs to its stem.
Architecture: Jansson et al., "Singing voice separation with deep U-Net convolutional networks", ISMIR 2017,
in the form of Deezer's Spleeter (spleeter/model/functions/unet.py). Message fields: onnx/onnx.proto, IR 8.

What is easily got wrong, each verified against TensorFlow:
- batch normalisation has Keras's epsilon, 1e-3;
- the skip connections leave before the normalisation;
- the sixth convolution goes into the decoder as it is;
- TensorFlow's "same" padding of a stride-2 5x5 kernel is 1 before and 2 after.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = Mapping[str, NDArray[np.float32]]

INPUT_NAME, OUTPUT_NAME = "magnitudes", "share"
IR_VERSION, OPSET_VERSION = 8, 17
FLOAT, FLOAT16 = 1, 10
KERAS_EPSILON = 1e-3
DEPTH = 6

DECODER_PARTS = {3: 2, 4: 4}
"""Transposed convolutions computed in parts, by output channels: onnxruntime unfolds the whole result of one,
52 MB at the widest level; in parts it takes as long and a quarter of that."""

Attribute = int | float | Sequence[int]

SAME_5X5_STRIDE_2: dict[str, Attribute] = {"kernel_shape": [5, 5], "strides": [2, 2], "pads": [1, 1, 2, 2]}
SAME_4X4_DILATION_2: dict[str, Attribute] = {
    "kernel_shape": [4, 4],
    "dilations": [2, 2],
    "pads": [3, 3, 3, 3],
}


def unet_model(weights: Weights, net: int) -> bytes:
    """The ONNX file of network `net` of a two-stem checkpoint: 0 vocals, 1 accompaniment.

    Raises KeyError when a tensor is missing.
    """
    graph = _Graph()
    layers = _Layers(graph, weights, net)
    skips = []
    current = INPUT_NAME
    for level in range(DEPTH):
        current = layers.conv(current, level, SAME_5X5_STRIDE_2)
        skips.append(current)
        if level < DEPTH - 1:
            current = graph.node("LeakyRelu", [layers.batch_norm(current, level)], {"alpha": 0.2})
    for level in range(DEPTH):
        current = graph.node("Relu", [layers.deconv(current, level, SAME_5X5_STRIDE_2)])
        current = layers.batch_norm(current, DEPTH + level)
        if level < DEPTH - 1:
            current = graph.node("Concat", [skips[DEPTH - 2 - level], current], {"axis": 1})
    current = layers.conv(current, DEPTH, SAME_4X4_DILATION_2)
    graph.node("Sigmoid", [current], output=OUTPUT_NAME)
    return graph.model()


class _Layers:
    """Layers of one network, named as Keras numbered them: the second network continues the first's count."""

    def __init__(self, graph: _Graph, weights: Weights, net: int) -> None:
        self.graph = graph
        self.weights = weights
        self.first_conv = net * (DEPTH + 1)
        self.first_deconv = net * DEPTH
        self.first_norm = net * 2 * DEPTH

    def conv(self, source: str, index: int, attributes: Mapping[str, Attribute]) -> str:
        name = _numbered("conv2d", self.first_conv + index)
        kernel, bias = self._kernel_and_bias(name)
        inputs = [source, self.graph.half_constant(f"{name}/kernel", kernel)]
        return self.graph.node("Conv", [*inputs, self.graph.constant(f"{name}/bias", bias)], attributes)

    def deconv(self, source: str, index: int, attributes: Mapping[str, Attribute]) -> str:
        name = _numbered("conv2d_transpose", self.first_deconv + index)
        kernel, bias = self._kernel_and_bias(name)
        parts = DECODER_PARTS.get(index, 1)
        outputs = []
        for part, channels in enumerate(np.array_split(np.arange(len(bias)), parts)):
            inputs = [
                source,
                self.graph.half_constant(f"{name}/kernel/{part}", kernel[:, channels]),
                self.graph.constant(f"{name}/bias/{part}", bias[channels]),
            ]
            outputs.append(self.graph.node("ConvTranspose", inputs, attributes))
        return outputs[0] if parts == 1 else self.graph.node("Concat", outputs, {"axis": 1})

    def _kernel_and_bias(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        # TensorFlow keeps (height, width, in, out), transposed (height, width, out, in); ONNX wants
        # (out, in, height, width) and (in, out, height, width): the same permutation serves both.
        return self.weights[f"{name}/kernel"].transpose(3, 2, 0, 1), self.weights[f"{name}/bias"]

    def batch_norm(self, source: str, index: int) -> str:
        """Normalisation with fixed statistics, folded into one scale and one shift per channel."""
        name = _numbered("batch_normalization", self.first_norm + index)
        gamma, beta, mean, variance = (
            self.weights[f"{name}/{part}"].astype(np.float64)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + KERAS_EPSILON)
        inputs = [
            self.graph.constant(f"{name}/scale", scale),
            self.graph.constant(f"{name}/shift", beta - mean * scale),
            self.graph.constant(f"{name}/zero", np.zeros(len(scale))),
            self.graph.constant(f"{name}/one", np.ones(len(scale))),
        ]
        return self.graph.node("BatchNormalization", [source, *inputs], {"epsilon": 0.0})


def _numbered(name: str, index: int) -> str:
    return f"{name}_{index}" if index else name


class _Graph:
    """Collects nodes and constants and serialises them as a ModelProto."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        attributes: Mapping[str, Attribute] | None = None,
        output: str | None = None,
    ) -> str:
        """Append a node and return the name of its output."""
        name = f"{operator}_{len(self.nodes)}"
        output = output or name
        message = b"".join(_text(1, source) for source in inputs) + _text(2, output)
        message += _text(3, name) + _text(4, operator)
        message += b"".join(_bytes(5, _attribute(key, value)) for key, value in (attributes or {}).items())
        self.nodes.append(message)
        return output

    def constant(self, name: str, values: ArrayLike) -> str:
        self.constants.append(_tensor(name, FLOAT, np.asarray(values, "<f4")))
        return name

    def half_constant(self, name: str, values: ArrayLike) -> str:
        """A constant stored in 16 bits and used in 32: half the file, the same result to the ear."""
        self.constants.append(_tensor(f"{name}/half", FLOAT16, np.asarray(values, "<f2")))
        return self.node("Cast", [f"{name}/half"], {"to": FLOAT}, output=name)

    def model(self) -> bytes:
        shape: list[str | int] = ["batch", 2, "frames", "bins"]
        graph = b"".join(_bytes(1, node) for node in self.nodes) + _text(2, "spleeter")
        graph += b"".join(_bytes(5, constant) for constant in self.constants)
        graph += _bytes(11, _value_info(INPUT_NAME, shape)) + _bytes(12, _value_info(OUTPUT_NAME, shape))
        opset = _text(1, "") + _number(2, OPSET_VERSION)
        return _number(1, IR_VERSION) + _text(2, "melody-studio") + _bytes(7, graph) + _bytes(8, opset)


def _attribute(name: str, value: Attribute) -> bytes:
    """An AttributeProto; field 20 says which kind of value it holds: 1 float, 2 int, 7 ints."""
    if isinstance(value, float):
        return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _tensor(name: str, data_type: int, values: NDArray[np.generic]) -> bytes:
    dimensions = b"".join(_number(1, size) for size in values.shape)
    raw = np.ascontiguousarray(values).tobytes()
    return dimensions + _number(2, data_type) + _text(8, name) + _bytes(9, raw)


def _value_info(name: str, shape: Sequence[str | int]) -> bytes:
    dimensions = b"".join(
        _bytes(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor_type = _number(1, FLOAT) + _bytes(2, dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, tensor_type))


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
