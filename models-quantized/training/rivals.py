"""Networks that the Kronecker classifier is compared with: grouped-and-shuffled ("Monarch") and MobileNetV2.

The narrow rival is CellClassifier itself with rank=None and small widths.
"""

import torch
from torch import nn
from torch.nn import functional as F

from networks import CellClassifier, ConvUnit


class Shuffled(nn.Module):
    """Grouped 3x3, channel shuffle, grouped 1x1: block-diagonal factors with a permutation between (Dao et al. 2022)."""

    def __init__(self, cin, cout, stride, groups, mix_groups=8):
        super().__init__()
        self.groups = groups
        self.spatial = nn.Conv2d(cin, cout, 3, stride, 1, groups=groups, bias=False)
        self.mix = nn.Conv2d(cout, cout, 1, groups=mix_groups, bias=False)

    def forward(self, x):
        x = self.spatial(x)
        n, c, h, w = x.shape
        x = x.view(n, self.groups, c // self.groups, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.mix(x)


class MonarchClassifier(CellClassifier):
    """CellClassifier with every 3x3 layer grouped and shuffled; groups chosen for about the Kronecker network's bytes."""

    def __init__(self, classes=13):
        super().__init__(classes, rank=None)
        first, second, third = self.WIDTHS
        for name, cin, cout, stride, groups in (("body1", first, first, 1, 12), ("down2", first, second, 2, 12),
                                                ("body2", second, second, 1, 16), ("body3", second, second, 1, 16),
                                                ("down4", second, third, 2, 32), ("body4", third, third, 1, 32),
                                                ("body5", third, third, 1, 32)):
            setattr(self, name, ConvUnit(Shuffled(cin, cout, stride, groups), cout))


class InvertedResidual(nn.Module):
    def __init__(self, cin, cout, stride, expand):
        super().__init__()
        wide = cin * expand
        parts = [] if expand == 1 else [nn.Conv2d(cin, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        parts += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.ReLU6(),
                  nn.Conv2d(wide, cout, 1, bias=False), nn.BatchNorm2d(cout)]
        self.body, self.residual = nn.Sequential(*parts), stride == 1 and cin == cout

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class MobileNetV2(nn.Module):
    """MobileNetV2 (Sandler et al. 2018, table 2) at width 0.35, channels rounded to multiples of 8, last layer 1280."""

    STAGES = ((1, 8, 1, 1), (6, 8, 2, 2), (6, 16, 3, 2), (6, 24, 4, 2), (6, 32, 3, 1), (6, 56, 3, 2), (6, 112, 1, 1))

    def __init__(self, classes=13):
        super().__init__()
        parts, width = [nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6()], 16
        for expand, cout, repeats, stride in self.STAGES:
            for k in range(repeats):
                parts.append(InvertedResidual(width, cout, stride if k == 0 else 1, expand))
                width = cout
        parts += [nn.Conv2d(width, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6()]
        self.features = nn.Sequential(*parts)
        self.dropout = nn.Dropout(0.15)
        self.head = nn.Linear(1280, classes)

    def forward(self, x):
        return self.head(self.dropout(self.features(x).mean((2, 3))))
