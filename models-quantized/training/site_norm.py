"""Batch normalisation that trains a network for being calibrated at a new laboratory without labels.

Calibration on the device aligns, in every layer, the channel moments of a site's cells with those the training cells
of the same class mixture have. Training does the same in a share of its steps: each laboratory's part of the batch,
under one look drawn for all of it, is normalised by its own moments and moved to the moments that its mixture of
*shared* classes has in joint training. What only one laboratory's camera and dyes shift is then no clue to a class.
"""

from contextlib import contextmanager

import torch
from torch import nn

MOMENTUM = 0.05


class Sites:
    """Which site each cell of a batch belongs to, and which cells tell its moments.

    site [N]: number from 0; label [N]: class, or a negative number for unknown; tells [N]: bool, a cell whose class
    every laboratory has. Each class among the cells that tell counts alike within its site.
    """

    def __init__(self, site: torch.Tensor, label: torch.Tensor, tells: torch.Tensor):
        self.site, self.label = site, label
        sites = int(site.max()) + 1
        self.share = torch.zeros(sites, len(site))
        for s in range(sites):
            here = (site == s) & tells
            for c in label[here].unique():
                chosen = here & (label == c)
                self.share[s, chosen] = 1.0 / int(chosen.sum())
        self.share /= self.share.sum(1, keepdim=True).clamp(min=1e-6)


class SiteNorm(nn.BatchNorm2d):
    """nn.BatchNorm2d that follows the classes' moments, and normalises site by site when told to (`by_site`)."""

    def __init__(self, channels: int, classes: int):
        super().__init__(channels)
        self.sites: Sites | None = None
        self.labels: torch.Tensor | None = None
        # Moments of each class after normalisation; not part of a checkpoint, found again within a few steps.
        self.register_buffer("class_mean", torch.zeros(classes, channels), persistent=False)
        self.register_buffer("class_square", torch.ones(classes, channels), persistent=False)
        self.register_buffer("class_seen", torch.zeros(classes), persistent=False)

    def forward(self, y):
        if not self.training:
            return super().forward(y)
        if self.sites is not None:
            return self._by_site(y)
        if self.labels is not None:
            self._follow(y.detach())
        return super().forward(y)

    @torch.no_grad()
    def _follow(self, y):
        mean, square = y.mean((2, 3)), (y * y).mean((2, 3))
        centre = mean.mean(0)
        deviation = (square.mean(0) - centre * centre + self.eps).sqrt()
        normal = (mean - centre) / deviation
        normal_square = (square - 2 * centre * mean + centre * centre) / (deviation * deviation)
        for c in self.labels.unique():
            if c < 0:
                continue
            here = self.labels == c
            momentum = MOMENTUM if self.class_seen[c] else 1.0
            self.class_mean[c].lerp_(normal[here].mean(0), momentum)
            self.class_square[c].lerp_(normal_square[here].mean(0), momentum)
            self.class_seen[c] = 1

    def _by_site(self, y):
        share, site, label = self.sites.share, self.sites.site, self.sites.label.clamp(min=0)
        mean, square = share @ y.mean((2, 3)), share @ (y * y).mean((2, 3))
        deviation = (square - mean * mean).clamp(min=0).add(self.eps).sqrt()
        goal = share @ self.class_mean[label]
        goal_deviation = (share @ self.class_square[label] - goal * goal).clamp(min=0.05).sqrt()
        gain = goal_deviation / deviation
        shift = goal - gain * mean
        gain, shift = (gain * self.weight)[site], (shift * self.weight + self.bias)[site]
        return y * gain[:, :, None, None] + shift[:, :, None, None]


@contextmanager
def normalised(model: nn.Module, sites: Sites | None = None, labels: torch.Tensor | None = None):
    """Within it, training passes of `model` normalise by site, or jointly while following the classes of `labels`."""
    layers = [m for m in model.modules() if isinstance(m, SiteNorm)]
    for m in layers:
        m.sites, m.labels = sites, labels
    try:
        yield
    finally:
        for m in layers:
            m.sites, m.labels = None, None
