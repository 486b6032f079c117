"""The network of multilingual-e5-small as an ONNX graph, assembled from the bundled weights.

Inputs, for b texts of at most s tokens: `ids` and `positions` (b, s) int64, `lengths` (b,) int32, `shares`
(b, 1, s) float32, which weighs the tokens in the mean. Output: `means` (b, hidden) float32, not of length 1.
Positions come from outside because ONNX Runtime fuses Range and Gather of position embeddings wrongly.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from assistant.models.weights import BLOCK, E5Weights

Precision = Literal["fp32", "int8"]

GRAPH_OUTPUTS = "means-tokens"
"""What a graph gives; part of its file's name, and not of the fingerprint, since it changes no vector."""
GRAPH_VERSION = "1"
"""Part of cache names and fingerprints: raise it when the graph changes."""

_MS = "com.microsoft"
_ZERO = 128  # activations are stored as uint8 around this, for which processors have fast products
_SMALLEST = np.float32(1e-12)  # keeps the scale of a row of zeros positive


def assemble_graph(weights: E5Weights, precision: Precision) -> bytes:
    """Build the graph, 139 MiB for fp32 and 79 MiB for int8, ready for `onnxruntime.InferenceSession`.

    With `int8`, matrix products run on integers: weights with one scale for each output, activations with one
    scale for each token. A scale for each token (not one for a whole batch, as DynamicQuantizeMatMul has)
    makes a text's vector independent of its neighbours and four times closer to the C engine.
    """
    serialised: bytes = _Assembly(weights, precision).model().SerializeToString()
    return serialised


class _Assembly:
    """Nodes and constants collected so far."""

    def __init__(self, weights: E5Weights, precision: Precision) -> None:
        self._weights = weights
        self._integer = precision == "int8"
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._quantised: dict[str, tuple[str, str]] = {}
        self._flat = self._constant("flat", np.array([-1, weights.sizes.hidden], np.int64))

    def model(self) -> Any:
        """Put the whole network together."""
        from onnx import TensorProto as Kind
        from onnx import helper

        hidden = self._weights.sizes.hidden
        state = self._embeddings()
        for layer in range(self._weights.sizes.layers):
            state = self._layer(state, f"l{layer}.")
        tokens = self._node("Reshape", [state, "shape"], "tokens")
        mean = self._node("MatMul", ["shares", tokens], "mean")
        self._node("Squeeze", [mean, self._constant("one", np.array([1], np.int64))], "means")
        inputs = [
            helper.make_tensor_value_info("ids", Kind.INT64, ["b", "s"]),
            helper.make_tensor_value_info("positions", Kind.INT64, ["b", "s"]),
            helper.make_tensor_value_info("lengths", Kind.INT32, ["b"]),
            helper.make_tensor_value_info("shares", Kind.FLOAT, ["b", 1, "s"]),
        ]
        outputs = [
            helper.make_tensor_value_info("means", Kind.FLOAT, ["b", hidden]),
            helper.make_tensor_value_info("tokens", Kind.FLOAT, ["b", "s", hidden]),
        ]
        graph = helper.make_graph(
            self._nodes, "multilingual-e5-small", inputs, outputs, [*self._constants.values()]
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MS, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _embeddings(self) -> str:
        """Look up words (kept in 4 bits: 54 MB instead of 384) and positions; (tokens, hidden)."""
        hidden = self._weights.sizes.hidden
        values, scales = self._weights.blocks("emb.word", hidden)
        packed = values[:, 0::2] | (values[:, 1::2] << 4)
        table = [self._constant("word", packed), "ids", self._constant("word.scale", scales)]
        words = self._node(
            "GatherBlockQuantized", table, "words", _MS,
            bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1,
        )  # fmt: skip
        # Every token is of type 0, so its vector joins the positions.
        places = (
            self._weights.floats("emb.pos").reshape(-1, hidden) + self._weights.floats("emb.type")[:hidden]
        )
        place = self._node("Gather", [self._constant("pos", places), "positions"], "places")
        state = self._normalised([words, place], "emb.ln", "embedded")
        sizes = self._node("Shape", ["ids"], "sizes")
        width = self._constant("width", np.array([hidden], np.int64))
        self._node("Concat", [sizes, width], "shape", axis=0)
        return self._node("Reshape", [state, self._flat], "x")

    def _layer(self, state: str, name: str) -> str:
        hidden, inner = self._weights.sizes.hidden, self._weights.sizes.inner
        joined = self._product(state, hidden, *(f"{name}{part}.w" for part in "qkv"))
        parts = [f"{name}{part}" for part in "qkv"]
        thirds = self._constant("thirds", np.array([hidden] * 3, np.int64))
        self._nodes.append(_make_node("Split", [joined, thirds], parts, axis=1))
        heads = [self._node("Reshape", [part, "shape"], f"{part}3") for part in parts]
        biases = self._constant(f"{name}qkv.b", self._weights.floats(*(f"{part}.b" for part in parts)))
        context = self._node(
            "MultiHeadAttention", [*heads, biases, "lengths"], f"{name}c", _MS,
            num_heads=self._weights.sizes.heads,
        )  # fmt: skip
        context = self._node("Reshape", [context, self._flat], f"{name}c2")
        attended = self._product(context, hidden, f"{name}ao.w")
        middle = self._normalised([attended, state], f"{name}aln", f"{name}m", bias=f"{name}ao.b")
        wide = self._product(middle, hidden, f"{name}fi.w")
        bias = self._constant(f"{name}fi.b", self._weights.floats(f"{name}fi.b"))
        active = self._node("BiasGelu", [wide, bias], f"{name}g", _MS)
        narrow = self._product(active, inner, f"{name}fo.w")
        return self._normalised([narrow, middle], f"{name}oln", f"{name}y", bias=f"{name}fo.b")

    def _product(self, rows: str, columns: int, *names: str) -> str:
        """Multiply rows (tokens, columns) by the transposed tensors, side by side in the result."""
        matrix = self._weights.matrix(columns, *names).T
        out = f"{names[0]}.product"
        if not self._integer:
            return self._node("MatMul", [rows, self._constant(names[0], matrix)], out)
        scale = np.abs(matrix).max(axis=0) / 127
        whole = np.rint(matrix / scale).astype(np.int8)
        activations, row_scale = self._quantise(rows)
        operands = [
            activations,
            self._constant(names[0], whole),
            self._constant("unit", np.array(1, np.float32)),
            self._constant(f"{names[0]}.scale", scale.astype(np.float32)),
            self._constant("zero", np.array(_ZERO, np.uint8)),
            self._constant(f"{names[0]}.zero", np.zeros(scale.shape, np.int8)),
        ]
        plain = self._node("MatMulIntegerToFloat", operands, f"{out}.plain", _MS)
        return self._node("Mul", [plain, row_scale], out)

    def _quantise(self, rows: str) -> tuple[str, str]:
        """Give rows as uint8 around 128, and the (tokens, 1) scales that undo it; once for each input."""
        if rows not in self._quantised:
            sizes = self._node("Abs", [rows], f"{rows}.abs")
            largest = self._node("ReduceMax", [sizes], f"{rows}.max", axes=[1], keepdims=0)
            safe = self._node("Max", [largest, self._constant("smallest", _SMALLEST)], f"{rows}.safe")
            step = self._constant("step", np.float32(1 / 127))
            scale = self._node("Mul", [safe, step], f"{rows}.scale")
            zeros = self._node(
                "ConstantOfShape", [self._node("Shape", [scale], f"{rows}.count")], f"{rows}.zeros",
                value=_tensor("value", np.array([_ZERO], np.uint8)),
            )  # fmt: skip
            whole = self._node("QuantizeLinear", [rows, scale, zeros], f"{rows}.whole", axis=0)
            one = self._constant("one", np.array([1], np.int64))
            self._quantised[rows] = whole, self._node("Unsqueeze", [scale, one], f"{rows}.column")
        return self._quantised[rows]

    def _normalised(self, terms: list[str], name: str, out: str, *, bias: str | None = None) -> str:
        """Add two terms (and a bias) and normalise each row."""
        operands = [*terms]
        operands += [
            self._constant(f"{name}.{part}", self._weights.floats(f"{name}.{part}")) for part in "wb"
        ]
        if bias:
            operands.append(self._constant(bias, self._weights.floats(bias)))
        return self._node("SkipLayerNormalization", operands, out, _MS, epsilon=self._weights.sizes.epsilon)

    def _node(self, kind: str, inputs: list[str], out: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(_make_node(kind, inputs, [out], domain, **attributes))
        return out

    def _constant(self, name: str, values: npt.NDArray[Any] | np.generic) -> str:
        """Add a constant under a name of its own; the same name again is the same constant."""
        name = f"{name}:constant"
        if name not in self._constants:
            self._constants[name] = _tensor(name, np.ascontiguousarray(values))
        return name


def _make_node(kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes)


def _tensor(name: str, values: npt.NDArray[Any]) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(values, name)
