"""Tests of the site-wise normalisation, no data needed: python -m unittest test_site_norm"""

import unittest

import torch

from site_norm import SiteNorm, Sites, normalised


def cells(labels, offset, gain, seed):
    """Feature maps [N, 4, 3, 3] whose mean says the class, seen through one laboratory's gain and offset."""
    g = torch.Generator().manual_seed(seed)
    classes = torch.tensor([[0.0, 1, 2, 3], [3, 1, 0, 2], [9, 9, 9, 9]])
    return (classes[labels][:, :, None, None] + 0.1 * torch.randn(len(labels), 4, 3, 3, generator=g)) * gain + offset


class SiteNormTest(unittest.TestCase):
    def followed(self):
        norm = SiteNorm(4, 3).train()
        labels = torch.tensor([0, 1] * 16)
        with normalised(norm, labels=labels):
            for seed in range(20):
                norm(cells(labels, 0.0, 1.0, seed))
        return norm

    def test_is_plain_batch_norm_without_sites(self):
        norm, plain = SiteNorm(4, 3).train(), torch.nn.BatchNorm2d(4).train()
        x = cells(torch.tensor([0, 1, 0, 1]), 0.5, 2.0, 1)
        with normalised(norm, labels=torch.tensor([0, 1, -1, 1])):
            torch.testing.assert_close(norm(x), plain(x))
        torch.testing.assert_close(norm.eval()(x), plain.eval()(x))

    def test_two_laboratories_give_the_same_shared_classes(self):
        norm = self.followed()
        # The second laboratory has more of class 1 and a class of its own, which must not move the shared ones.
        labels = torch.tensor([0, 1] * 8 + [0, 1, 1, 1] * 3 + [2] * 4)
        site = torch.tensor([0] * 16 + [1] * 16)
        x = torch.cat([cells(labels[:16], 0.0, 1.0, 5), cells(labels[16:], 4.0, 0.5, 6)])
        with normalised(norm, sites=Sites(site, labels, labels < 2)):
            y = norm(x).mean((2, 3))
        for c in (0, 1):
            first, second = y[(site == 0) & (labels == c)].mean(0), y[(site == 1) & (labels == c)].mean(0)
            self.assertLess(float((first - second).detach().abs().max()), 0.2)
        joint = SiteNorm(4, 3).train()(x).mean((2, 3))
        apart = joint[(site == 0) & (labels == 0)].mean(0) - joint[(site == 1) & (labels == 0)].mean(0)
        self.assertGreater(float(apart.detach().abs().max()), 0.5)

    def test_a_site_of_one_class_lands_where_that_class_was(self):
        norm = self.followed()
        labels = torch.zeros(8, dtype=torch.long)
        with normalised(norm, sites=Sites(torch.zeros(8, dtype=torch.long), labels, labels == 0)):
            y = norm(cells(labels, 7.0, 1.0, 9)).mean((0, 2, 3))
        torch.testing.assert_close(y, norm.class_mean[0], atol=0.05, rtol=0)

    def test_nothing_stays_set_after_the_block(self):
        norm = SiteNorm(4, 3)
        with self.assertRaises(RuntimeError), normalised(norm, labels=torch.zeros(2)):
            raise RuntimeError
        self.assertIsNone(norm.labels)


if __name__ == "__main__":
    unittest.main()
