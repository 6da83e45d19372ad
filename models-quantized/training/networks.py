"""The two networks. Inputs are optical density in [0, 1] (uint8 OD / 255), NCHW, channels red, green, blue."""

from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from kron import KroneckerConv2d
from site_norm import SiteNorm


class ConvUnit(nn.Module):
    """Convolution (dense or Kronecker) + batch norm; the activation is applied by the caller.

    After training the batch norm is folded: kernel * gain[o] and a bias (see `folded`).
    """

    def __init__(self, conv: nn.Module, channels: int, classes: int = 0):
        super().__init__()
        self.conv, self.norm = conv, SiteNorm(channels, classes) if classes else nn.BatchNorm2d(channels)

    def forward(self, x):
        # A convolution may be done in bfloat16 (torch.autocast); its moments need more than 8 bits.
        return self.norm(self.conv(x).float())

    def folded(self):
        """(gain[O], bias[O]) such that norm(conv(x)) == gain * conv(x) + bias in evaluation mode, float64."""
        n = self.norm
        gain = n.weight.double() / torch.sqrt(n.running_var.double() + n.eps)
        return gain.detach(), (n.bias.double() - n.running_mean.double() * gain).detach()


def dense(cin, cout, kernel=3, stride=1, classes=0):
    """Dense convolution unit; a kernel equal to its stride is an unpadded patch embedding."""
    padding = 0 if kernel == stride else kernel // 2
    return ConvUnit(nn.Conv2d(cin, cout, kernel, stride, padding, bias=False), cout, classes)


def kronecker(cin, cout, stride=1, *, rank, bits, classes):
    return ConvUnit(KroneckerConv2d(cin, cout, stride, rank, bits=bits), cout, classes)


class CellClassifier(nn.Module):
    """[N, 3, 96, 96] -> logits [N, classes]. Patch embedding, seven Kronecker 3x3 layers, average pool, linear.

    `rank=None` makes every layer dense: the network that the factored one is compared with and taught by. `bits`: of the
    shipped factors.
    """

    WIDTHS = (48, 96, 128)

    def __init__(self, classes: int = 13, rank: int | None = 8, widths: tuple[int, int, int] = WIDTHS,
                 bits: int = 8):
        super().__init__()
        first, second, third = widths
        factored = partial(kronecker, rank=rank, bits=bits, classes=classes)
        layer = partial(dense, classes=classes) if rank is None else factored
        self.patch = dense(3, first, kernel=4, stride=4, classes=classes)      # 24 x 24
        self.body1 = layer(first, first)
        self.down2 = layer(first, second, stride=2)           # 12 x 12
        self.body2 = layer(second, second)
        self.body3 = layer(second, second)
        self.down4 = layer(second, third, stride=2)           # 6 x 6
        self.body4 = layer(third, third)
        self.body5 = layer(third, third)
        self.dropout = nn.Dropout(0.15)
        self.head = nn.Linear(third, classes)

    def features(self, x):
        x = F.relu(self.patch(x))
        x = F.relu(x + self.body1(x))
        x = F.relu(self.down2(x))
        x = F.relu(x + self.body2(x))
        x = F.relu(x + self.body3(x))
        x = F.relu(self.down4(x))
        x = F.relu(x + self.body4(x))
        return F.relu(x + self.body5(x))

    def forward(self, x):
        return self.head(self.dropout(self.features(x).mean(dim=(2, 3)))).float()


class CellSegmenter(nn.Module):
    """[N, 3, H, W] -> (class logits [N, 3, H/2, W/2], distance [N, 1, H/2, W/2]); H and W multiples of 16.

    Class order: background, cytoplasm, nucleus. Distance is 1 at a cell's own centre line, 0 at its edge and outside.
    """

    def __init__(self):
        super().__init__()
        self.patch = dense(3, 24, kernel=4, stride=4)     # 1/4
        self.enc1 = dense(24, 24)
        self.down1 = dense(24, 40, stride=2)              # 1/8
        self.enc2 = dense(40, 40)
        self.down2 = dense(40, 48, stride=2)              # 1/16
        self.enc3 = dense(48, 48)
        self.lat2 = dense(48, 40, kernel=1)
        self.dec2 = dense(40, 40)
        self.lat1 = dense(40, 24, kernel=1)
        self.dec1 = dense(24, 24)
        self.head_classes = nn.Conv2d(24, 3 * 4, 3, padding=1)
        self.head_distance = nn.Conv2d(24, 1 * 4, 3, padding=1)

    def forward(self, x):
        s1 = F.relu(self.enc1(F.relu(self.patch(x))))
        s2 = F.relu(self.down1(s1))
        s2 = F.relu(s2 + self.enc2(s2))
        s3 = F.relu(self.down2(s2))
        s3 = F.relu(s3 + self.enc3(s3))
        # The 1x1 runs before the nearest-neighbour upsampling: the same result at a quarter of the work.
        y = F.relu(s2 + F.interpolate(self.lat2(s3), scale_factor=2.0, mode="nearest"))
        y = F.relu(self.dec2(y))
        y = F.relu(s1 + F.interpolate(self.lat1(y), scale_factor=2.0, mode="nearest"))
        y = F.relu(self.dec1(y))
        return F.pixel_shuffle(self.head_classes(y), 2), F.pixel_shuffle(self.head_distance(y), 2)
