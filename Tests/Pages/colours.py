"""Colours that mean something differ, also for the colour-blind, and from the page."""

import itertools

from browser import expect, shown

# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
SIGHTS = {
    "full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour):
    """Linear light of `#rrggbb`."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def seen(colour, sight):
    """What an eye makes of linear light."""
    return [
        min(1, max(0, sum(factor * value for factor, value in zip(row, colour)))) for row in sight
    ]


def oklab(light):
    """Björn Ottosson's perceptual space: a distance of 0.02 is just visible."""
    r, g, b = light
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def distance(one, other, sight):
    """How far two colours are apart for an eye."""
    pair = [oklab(seen(linear(colour), sight)) for colour in (one, other)]
    return sum((a - b) ** 2 for a, b in zip(*pair)) ** 0.5


def contrast(one, other):
    """WCAG's contrast of two colours."""
    light = [
        sum(factor * value for factor, value in zip((0.2126, 0.7152, 0.0722), linear(colour)))
        for colour in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def closest(colours, keys, sight):
    """The two colours that are nearest to each other."""
    return min(
        (distance(colours[a], colours[b], sight), a, b) for a, b in itertools.combinations(keys, 2)
    )


# Sixteen colours are too many to tell apart. States of workers differ by colour; greys, which say
# that nothing is wanted, by the height of their lanes too; the driver's are hatched.
GROUPS = (
    (0.075, "on_cpu runnable gil lock io sleep other".split()),
    (0.04, "child waiting_for_work too_short other".split()),
    (0.06, "thread process task".split()),
)
# WCAG 2.2, 1.4.11: what tells states apart is seen against the page.
VISIBLE = "on_cpu gil lock sleep other thread process task demand".split()


def check(browser, path):
    """The colours of both schemes, as the browser has them."""
    for scheme in ("light", "dark"):
        with shown(browser, path, scheme=scheme) as page:
            found = page.evaluate(
                """(keys) => Object.fromEntries(keys.map((key) => [key,
                  getComputedStyle(document.documentElement).getPropertyValue(`--${key}`).trim()]))""",
                sorted({key for _, keys in GROUPS for key in keys} | {"card", *VISIBLE}),
            )
            for least, keys in GROUPS:
                for name, sight in SIGHTS.items():
                    apart, one, other = closest(found, keys, sight)
                    expect(
                        apart >= least,
                        "%s, %s: %s and %s are %.3f apart" % (scheme, name, one, other, apart),
                    )
            faint = {key: round(contrast(found[key], found["card"]), 2) for key in VISIBLE}
            faint = {key: value for key, value in faint.items() if value < 3}
            expect(not faint, "%s: faint on the page: %s" % (scheme, faint))
