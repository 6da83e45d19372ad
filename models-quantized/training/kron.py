"""Convolution whose kernel is a short sum of Kronecker products.

W[o1*O2 + o2, i1*I2 + i2, y, x] = sum_r A[r, o1, i1] * B[r, o2, i2, y, x]

Only A and B are trained and shipped; the dense kernel is rebuilt when the model is loaded. The construction follows
Hameed et al., "Convolutional neural network compression through generalized Kronecker product decomposition"
(AAAI 2022), with the whole 3x3 window in the small factor B, trained from scratch.
"""

import torch
from torch import nn
from torch.nn import functional as F

# Channel count -> (outer, inner) split, outer * inner == channels.
SPLITS = {48: (12, 4), 64: (16, 4), 96: (16, 6), 128: (16, 8), 160: (20, 8)}


class KroneckerConv2d(nn.Module):
    """k x k convolution without bias; weight = sum of `rank` Kronecker products, shape [out, in, k, k]."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, rank: int = 8, kernel: int = 3):
        super().__init__()
        (o1, o2), (i1, i2) = SPLITS[out_channels], SPLITS[in_channels]
        self.stride, self.padding, self.rank = stride, kernel // 2, rank
        # Var(W) = rank * var(A) * var(B); this start gives Var(W) = 2 / fan_in (He et al. 2015).
        std = (2.0 / (in_channels * kernel * kernel * rank)) ** 0.25
        self.a = nn.Parameter(torch.randn(rank, o1, i1) * std)
        self.b = nn.Parameter(torch.randn(rank, o2, i2, kernel, kernel) * std)

    def weight(self) -> torch.Tensor:
        """Dense kernel [O1*O2, I1*I2, k, k]."""
        rank, o1, i1 = self.a.shape
        _, o2, i2, kh, kw = self.b.shape
        # One matrix product over the rank: [o1*i1, R] x [R, o2*i2*kh*kw].
        w = self.a.reshape(rank, -1).t() @ self.b.reshape(rank, -1)
        w = w.reshape(o1, i1, o2, i2, kh, kw).permute(0, 2, 1, 3, 4, 5)
        return w.reshape(o1 * o2, i1 * i2, kh, kw)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", enabled=False):
            weight = self.weight()
        return F.conv2d(x, weight, None, self.stride, self.padding)
