"""Convolution whose kernel is a short sum of Kronecker products.

W[o1*O2 + o2, i1*I2 + i2, y, x] = sum_r A[r, o1, i1] * B[r, o2, i2, y, x]

Only A and B are trained and shipped; the dense kernel is rebuilt when the model is loaded. The construction follows
Hameed et al., "Convolutional neural network compression through generalized Kronecker product decomposition"
(AAAI 2022), with the whole 3x3 window in the small factor B, trained from scratch. Factors that are shipped with 4 bits
are trained with 4 bits: rounded in the forward pass, the gradient passed straight through (Bengio et al., "Estimating or
propagating gradients through stochastic neurons for conditional computation", 2013).
"""

import torch
from torch import nn
from torch.nn import functional as F

# Channel count -> (outer, inner) split, outer * inner == channels.
SPLITS = {48: (12, 4), 64: (16, 4), 96: (16, 6), 128: (16, 8), 160: (20, 8)}

# Largest integer of a symmetric code of so many bits.
LEVELS = {4: 7, 8: 127}


def rounded(factor: torch.Tensor, bits: int) -> torch.Tensor:
    """The factor [R, O, ...] as its code of `bits` will have it, one scale a rank and row; its gradient is the factor's."""
    exact = factor.detach()
    scale = exact.abs().amax(dim=tuple(range(2, factor.dim())), keepdim=True).clamp(min=1e-12) / LEVELS[bits]
    return factor + ((exact / scale).round() * scale - exact)


class KroneckerConv2d(nn.Module):
    """k x k convolution without bias; weight = sum of `rank` Kronecker products, shape [out, in, k, k].

    bits: of the shipped factors. Eight lose so little that training needn't know of them.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, rank: int = 8, kernel: int = 3, bits: int = 8):
        super().__init__()
        (o1, o2), (i1, i2) = SPLITS[out_channels], SPLITS[in_channels]
        self.stride, self.padding, self.rank, self.bits = stride, kernel // 2, rank, bits
        # Var(W) = rank * var(A) * var(B); this start gives Var(W) = 2 / fan_in (He et al. 2015).
        std = (2.0 / (in_channels * kernel * kernel * rank)) ** 0.25
        self.a = nn.Parameter(torch.randn(rank, o1, i1) * std)
        self.b = nn.Parameter(torch.randn(rank, o2, i2, kernel, kernel) * std)

    def weight(self) -> torch.Tensor:
        """Dense kernel [O1*O2, I1*I2, k, k]."""
        rank, o1, i1 = self.a.shape
        _, o2, i2, kh, kw = self.b.shape
        a, b = (rounded(f, self.bits) if self.bits < 8 else f for f in (self.a, self.b))
        # One matrix product over the rank: [o1*i1, R] x [R, o2*i2*kh*kw].
        w = a.reshape(rank, -1).t() @ b.reshape(rank, -1)
        w = w.reshape(o1, i1, o2, i2, kh, kw).permute(0, 2, 1, 3, 4, 5)
        return w.reshape(o1 * o2, i1 * i2, kh, kw)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", enabled=False):
            weight = self.weight()
        return F.conv2d(x, weight, None, self.stride, self.padding)


@torch.no_grad()
def widened(state: dict, model: nn.Module) -> dict:
    """A state of lower rank made to fit `model`: further terms that are zero until their B is trained, A as `model` drew it."""
    state = dict(state)
    for name, value in model.state_dict().items():
        if name.endswith((".conv.a", ".conv.b")) and len(state.get(name, value)) < len(value):
            wider = value.clone() if name.endswith("a") else torch.zeros_like(value)
            wider[:len(state[name])] = state[name]
            state[name] = wider
    return state
