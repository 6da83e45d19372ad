"""Batched augmentation in optical-density space, in torch.

Tensors are float OD in [0, 1] (1 means OD 1.5), NCHW, channel order red, green, blue. Lengths are in pixels of the
0.25 um/px working grid. Everything a new laboratory changes is drawn at random: stain mix and strength, white
balance, focus, sensor noise, contrast, block artefacts of JPEG.
"""

import math

import cv2
import numpy as np
import torch
from torch.nn import functional as F


def uniform(n, low, high, generator):
    return torch.rand(n, generator=generator) * (high - low) + low


def some(images, chance, generator, change, *more):
    """`change(images, *more)` of a random share of the batch, the others as they are; change gets only those.

    more: tensors [N, ...] that are cut to the same share.
    """
    chosen = (torch.rand(len(images), generator=generator) < chance).nonzero()[:, 0]
    if not len(chosen):
        return images
    return images.index_copy(0, chosen, change(images[chosen], *(m[chosen] for m in more)))


def affine_grid(n, size, extent, generator, scale=(0.85, 1.18), shift=0.0, any_angle=True, zoom=1.0):
    """Sampling grid [N, size, size, 2] for grid_sample: random rotation, mirror, zoom, shift.

    Every cell's zoom is `zoom` (a number, or one for each cell [N]) times a random one within `scale`.
    `extent` is the share of the source image that `size` pixels cover at zoom 1; zoom > 1 enlarges the cell;
    `shift` is the largest displacement as a share of the source's half-width.
    """
    angle = uniform(n, -math.pi, math.pi, generator)
    if not any_angle:
        angle = torch.round(angle / (math.pi / 2)) * (math.pi / 2)
    zoom = zoom * torch.exp(uniform(n, math.log(scale[0]), math.log(scale[1]), generator))
    mirror = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    k = extent / zoom
    cos, sin = torch.cos(angle) * k, torch.sin(angle) * k
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos * mirror, -sin
    theta[:, 1, 0], theta[:, 1, 1] = sin * mirror, cos
    theta[:, :, 2] = uniform((n, 2), -shift, shift, generator)
    return F.affine_grid(theta, (n, 3, size, size), align_corners=False)


def contrast(od, generator, darkest=(0.18, 1.1)):
    """Scales each image so that its 99th percentile of OD becomes a random value: one range of contrast for all labs."""
    n = od.shape[0]
    pixels = od[:, :, ::3, ::3].flatten(1)
    now = pixels.topk(max(1, pixels.shape[1] // 100), dim=1).values[:, -1].clamp(min=0.08)
    target = torch.exp(uniform(n, math.log(darkest[0]), math.log(darkest[1]), generator))
    return od * (target / now).clamp(0.25, 4.0)[:, None, None, None]


def stain(od, generator, mix=0.12, gain=(0.6, 1.6), tilt=0.15, offset=0.04):
    """Random colour response: shared strength, per-channel strength, 3x3 cross-talk, white-balance error, gamma."""
    n = od.shape[0]
    matrix = torch.eye(3) + torch.randn(n, 3, 3, generator=generator) * mix
    # Keep grey stain grey on average: rows sum to one before the strengths are applied.
    matrix = matrix / matrix.sum(dim=2, keepdim=True).clamp(0.5, 2.0)
    strength = torch.exp(uniform((n, 1), math.log(gain[0]), math.log(gain[1]), generator)
                         + torch.randn(n, 3, generator=generator) * tilt)
    matrix = matrix * strength[:, :, None]
    out = torch.bmm(matrix, od.flatten(2)).view_as(od)
    out = out + torch.randn(n, 3, 1, 1, generator=generator) * offset
    gamma = torch.exp(uniform((n, 1, 1, 1), -0.25, 0.25, generator))
    return out.clamp(1e-4, 1.0) ** gamma


def restain_tissue(od, ground, cytoplasm, generator, chance=0.75):
    """Stains red cells and cytoplasm independently of nuclei, for a random share of the batch.

    ground, cytoplasm: float masks [N, 1, H, W] of known background (with its red cells) and known cytoplasm. Labs
    differ in how dark red cells are beside a nucleus, and their hue runs from brown over pink to blue-grey: red cells
    are moved towards their own mean OD times a random colour, so that a nucleus is not told by one channel alone.
    """
    n = od.shape[0]

    def pick(values, otherwise):
        chosen = torch.rand((n, 1, 1, 1), generator=generator) < chance
        return torch.where(chosen, values, torch.tensor(otherwise))

    def factor(low, high):
        return torch.exp(uniform((n, 1, 1, 1), math.log(low), math.log(high), generator))

    colour = torch.exp(torch.randn(n, 3, 1, 1, generator=generator) * 0.45)
    amount = pick(uniform((n, 1, 1, 1), 0, 1, generator), 0.0)
    recoloured = od.mean(1, keepdim=True) * colour / colour.mean(1, keepdim=True)
    red_cells = torch.lerp(od, recoloured, amount) * pick(factor(0.7, 3.0), 1.0)
    od = torch.lerp(od, red_cells, _soft(ground))
    return od * (1 + cytoplasm * (pick(factor(0.45, 1.5), 1.0) - 1))


def blue_grey(od, ground, cytoplasm, nucleus, generator, red_cells=0.3, cells=0.1, nuclei=0.3):
    """Red cells in one random share of the batch, cytoplasm in another, as blue-grey as too high a pH makes red cells and
    plasma cells are, nearly as dark in red light as their nuclei: hue and place tell one from the other. In a share of
    the tiles whose red cells stay as they are, nuclei turn bluish instead, for else all that is blue would be a red cell.

    ground, cytoplasm, nucleus: float masks [N, 1, H, W]; red_cells, cells, nuclei: the shares.
    """
    n = od.shape[0]
    area = nucleus.sum((2, 3))
    dye = torch.where(area > 0, (od[:, :1] * nucleus).sum((2, 3)) / area.clamp(min=1), torch.tensor(0.3))
    which = torch.rand(n, generator=generator)
    od = _blue_grey(od, ground, dye * uniform(dye.shape, 0.45, 0.95, generator), which < red_cells, generator)
    colour = torch.cat([uniform((n, 1), 0.9, 1.15, generator), uniform((n, 1), 0.55, 0.95, generator),
                        uniform((n, 1), 0.8, 1.5, generator)], 1)[:, :, None, None]
    bluish = (which >= red_cells) & (which >= 1 - nuclei)
    od = torch.where(bluish[:, None, None, None], od * (1 + _soft(nucleus) * (colour - 1)), od)
    return _blue_grey(od, cytoplasm, dye * uniform(dye.shape, 0.3, 0.9, generator),
                      torch.rand(n, generator=generator) < cells, generator)


def _soft(mask):
    """A mask [N, 1, H, W] with an edge a pixel wide."""
    return F.avg_pool2d(mask, 3, stride=1, padding=1, count_include_pad=False)


def condensed(od, nucleus, generator, chance=0.15, most=1.9):
    """Nuclei (float mask [N, 1, H, W]) up to `most` times as dense in a random share: small lymphocytes, dying cells."""
    def condense(part, marked):
        return part * (1 + marked * (torch.exp(uniform((len(part), 1, 1, 1), 0, math.log(most), generator)) - 1))
    return some(od, chance, generator, condense, _soft(nucleus))


def _blue_grey(od, where, red, chosen, generator):
    """The darker parts of a region get the OD `red` [N, 1] in red light, less in green, least in blue; paler ones stay paler.

    chosen [N]: the tiles in which they do.
    """
    n = od.shape[0]
    grey = od.mean(1, keepdim=True)
    # Ground is glass, too: red cells are nearly all among its darker parts.
    inside = torch.where(where.flatten(1) > 0.5, grey.flatten(1), torch.tensor(float("nan")))[:, ::3]
    dark = inside.nanquantile(0.85, dim=1, keepdim=True).nan_to_num(1.0).clamp(min=0.05)
    hue = torch.cat([torch.ones((n, 1)), uniform((n, 1), 0.6, 0.95, generator), uniform((n, 1), 0.2, 0.6, generator)], 1)
    return torch.lerp(od, (grey * (red / dark * hue)[:, :, None, None]).clamp(max=1.2),
                      chosen.float()[:, None, None, None] * _soft(where))


def blur(od, generator, sigma=(0.3, 1.6), chance=0.5):
    """Gaussian blur of a random share of the batch; one sigma (pixels) per group of eight images."""
    out = od.clone()
    for start in range(0, od.shape[0], 8):
        if torch.rand((), generator=generator) >= chance:
            continue
        s = float(uniform((), *sigma, generator))
        radius = max(1, math.ceil(2.5 * s))
        x = torch.arange(-radius, radius + 1, dtype=torch.float32)
        k = torch.exp(-0.5 * (x / s) ** 2)
        k = (k / k.sum()).view(1, 1, -1).repeat(3, 1, 1)
        part = F.pad(od[start:start + 8], (radius,) * 4, mode="reflect")
        part = F.conv2d(part, k[:, :, None, :], groups=3)
        out[start:start + 8] = F.conv2d(part, k[:, :, :, None], groups=3)
    return out


def noise(od, generator, level=0.035):
    """Sensor noise: fine grain plus a coarser, chroma-like part, each of random strength."""
    n, _, h, w = od.shape
    fine = torch.randn(od.shape, generator=generator) * uniform((n, 1, 1, 1), 0, level, generator)
    coarse = torch.randn((n, 3, h // 4 + 1, w // 4 + 1), generator=generator)
    coarse = F.interpolate(coarse, size=(h, w), mode="bilinear", align_corners=False)
    return od + fine + coarse * uniform((n, 1, 1, 1), 0, level * 0.6, generator)


def jpeg(od, generator, chance=0.25, quality=(25, 90)):
    """Compress a random share of the batch as JPEG, in transmitted-light grey values (10 ** -OD)."""
    out = od.clone()
    for i in range(od.shape[0]):
        if torch.rand((), generator=generator) >= chance:
            continue
        q = int(uniform((), *quality, generator))
        rgb = (245.0 * torch.pow(10.0, -1.5 * od[i].clamp(0, 1))).permute(1, 2, 0).round().byte().numpy()
        coded = cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, q])[1]
        back = torch.from_numpy(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1].copy()).permute(2, 0, 1).float()
        out[i] = -torch.log10(back.clamp(min=1) / 245.0) / 1.5
    return out


def uneven_light(od, generator, amount=0.05):
    """Vignetting and slanted illumination: a smooth additive OD plane and bowl."""
    n, _, h, w = od.shape
    y, x = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    c = torch.randn(n, 3, generator=generator) * amount
    plane = c[:, 0, None, None] * x + c[:, 1, None, None] * y + c[:, 2, None, None].abs() * (x * x + y * y)
    return od + plane[:, None]


def quantise(od):
    """Round to the 8 bits the camera side delivers."""
    return torch.round(od.clamp(0, 1) * 255) / 255


def fade_surroundings(od, away, generator, chance=0.8, margin_um=(0.4, 2.2)):
    """Clear glass outside the marked cell plus a random margin, for most of the batch: outlines are never exact.

    away: distance to the cell [N, 1, H, W] in pixels, 0 everywhere for a crop without a marked cell (left alone).
    """
    n = od.shape[0]
    margin = uniform((n, 1, 1, 1), margin_um[0] * 4, margin_um[1] * 4, generator)
    keep = (margin + 1 - away).clamp(0, 1)
    chosen = (torch.rand((n, 1, 1, 1), generator=generator) < chance).float()
    return od * (1 - chosen * (1 - keep))


def borrowed_stain(od, density, bank, generator, chance=0.5):
    """Scales each channel so that a cell's nucleus gets the density of a random other cell's nucleus.

    density [N, 3] of these cells, bank [M, 3] of all; a cell without a nucleus (zeros) keeps its stain.
    """
    n = od.shape[0]
    other = bank[torch.randint(len(bank), (n,), generator=generator)]
    usable = ((density > 0).all(1) & (other > 0).all(1) & (torch.rand(n, generator=generator) < chance)).float()
    gain = (other / density.clamp(min=0.02)).clamp(0.35, 2.8)
    gain = usable[:, None] * gain + (1 - usable[:, None])
    return od * gain[:, :, None, None]


def cytoplasm_strength(od, cytoplasm, generator, chance=0.4):
    """Paler or darker cytoplasm (soft mask [N, 1, H, W]) in a random share: dyes differ in their balance."""
    n = od.shape[0]
    gain = torch.exp(uniform((n, 1, 1, 1), -0.5, 0.35, generator))
    chosen = (torch.rand((n, 1, 1, 1), generator=generator) < chance).float()
    return od * (1 + chosen * cytoplasm * (gain - 1))


def one_look(od, generator):
    """One contrast, dye mix, strength, hue and gamma for all crops of a batch: as if another laboratory had made them."""
    n, c, h, w = od.shape
    together = od.transpose(0, 1).reshape(1, c, n * h, w)
    if torch.rand((), generator=generator) < 0.5:
        together = contrast(together, generator, darkest=(0.3, 1.0))
    together = stain(together, generator, mix=0.13, gain=(0.62, 1.6), tilt=0.2, offset=0.02)
    return together.reshape(c, n, h, w).transpose(0, 1)


def sharpened(od, generator, chance=0.2, amount=(0.2, 1.2)):
    """A random share of the batch with its edges enhanced, as cameras do that sharpen on their own."""
    def sharpen(part):
        smooth = F.avg_pool2d(F.pad(part, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
        return part + uniform((len(part), 1, 1, 1), *amount, generator) * (part - smooth)
    return some(od, chance, generator, sharpen)


def metachromatic(od, chosen, generator):
    """Turns chosen cells [N] from blue-violet towards red: a basophil's granules take their hue from the dye's age
    and buffer, independently of the nuclei beside them, and one laboratory shows one hue only."""
    n = od.shape[0]
    gain = torch.cat([uniform((n, 1), 0.5, 1.05, generator), uniform((n, 1), 0.85, 1.1, generator),
                      uniform((n, 1), 0.65, 1.1, generator)], 1)
    gain = torch.where(chosen[:, None], gain, torch.ones(()))
    return od * gain[:, :, None, None]


def nucleus_alone(od, nucleus, generator, chance=0.14, margin_px=(2, 5)):
    """Clear glass beyond a margin around the nucleus in a random share: a segmenter loses pale cytoplasm."""
    margin = int(torch.randint(margin_px[0], margin_px[1] + 1, (), generator=generator))

    def lose(part, marked):
        keep = F.max_pool2d(marked, 2 * margin + 1, stride=1, padding=margin)
        return part * torch.where(marked.amax((1, 2, 3), True) > 0.5, keep, torch.ones(()))
    return some(od, chance, generator, lose, nucleus)


def granulated(od, inside, nucleus, chosen, generator):
    """Turns chosen cells [N] into basophils: the lobes veiled, the whole cell strewn with granules darker than it.

    One laboratory's basophils show one hue and one size of granule; what makes the class is neither. inside, nucleus:
    soft masks [N, 1, H, W] of the cell and of its nucleus. Granules are 0.4 to 1.1 um wide and cover 10 to 50 % of the
    cell; their OD and the veil's are multiples of the nucleus's own, each with a hue of its own.
    """
    if not chosen.any():
        return od
    out = od.clone()
    out[chosen] = _strewn(od[chosen], inside[chosen], nucleus[chosen], generator)
    return out


def _strewn(od, inside, nucleus, generator):
    n, _, h, w = od.shape
    area = nucleus.sum((2, 3), keepdim=True).clamp(min=1)
    dye = (od * nucleus).sum((2, 3), keepdim=True) / area

    # A nucleus that is nearly black would hide every granule.
    paler = (0.65 / dye.amax(1, keepdim=True).clamp(min=0.1)).clamp(max=1)
    od, dye = od * paler, dye * paler

    def hue(spread):
        return torch.exp(torch.randn((n, 3, 1, 1), generator=generator) * spread)

    veil = dye * uniform((n, 1, 1, 1), 0.45, 1.05, generator) * hue(0.16)
    thickness = uniform((n, 1, 1, 1), 0.2, 1.0, generator)
    smooth = F.avg_pool2d(od, 5, stride=1, padding=2)
    base = od + inside * thickness * (veil + 0.35 * (smooth - dye) - od)
    spots = torch.stack([_spots(h, w, generator) for _ in range(n)])
    granule = torch.maximum(dye * uniform((n, 1, 1, 1), 0.95, 1.9, generator), base.mean((2, 3), keepdim=True) + 0.1) * hue(0.16)
    return (base + inside * spots * (torch.maximum(granule, base + 0.05) - base)).clamp(0, 1)


def _spots(h, w, generator):
    """Discs of one radius at random places [1, H, W], 1 inside, soft at the edge."""
    radius = float(uniform((), 0.8, 2.2, generator))
    reach = torch.arange(-3, 4).float()
    blob = (radius + 0.5 - torch.hypot(reach[:, None], reach[None])).clamp(0, 1)
    coverage = uniform((), 0.1, 0.5, generator)
    seeds = torch.rand((1, 1, h, w), generator=generator) < -torch.log(1 - coverage) / blob.sum()
    return F.conv2d(seeds.float(), blob[None, None], padding=3)[0].clamp(max=1)
