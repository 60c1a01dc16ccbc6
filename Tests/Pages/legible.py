"""What a person must be able to read: text in SVG and on canvas, against what lies below it."""

import os

from browser import expect, two_frames

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "legible.js")) as file:
    SCRIPT = file.read()


def within(page, call):
    """The result of a function of legible.js."""
    return page.evaluate("(() => {%s; return %s(); })()" % (SCRIPT, call))


def legible(page, what):
    """Text in charts has contrast, stays within its chart, and covers no other text."""
    # All of the page at once: what is out of view has no elements at a point.
    size = page.viewport_size
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(tall, 16_000)})
    two_frames(page)
    found = within(page, "chartTexts")
    expect(found["texts"] > 0, "%s: no text in charts" % what)
    expect(not found["faint"], "%s: faint text in charts: %s" % (what, found["faint"][:5]))
    expect(not found["beyond"], "%s: text beyond its chart: %s" % (what, found["beyond"][:5]))
    expect(not found["overlaps"], "%s: text over text: %s" % (what, found["overlaps"][:5]))
    if page.locator(".lanes").count() > 0:
        on_canvas(page, what)
    page.set_viewport_size(size)
    return found["texts"]


def on_canvas(page, what):
    """Text on the timeline has contrast."""
    within(page, "watchCanvas")
    page.focus(".lanes")
    # A chosen lane has a background of its own; zoomed in, there is text on bars.
    for key in ("ArrowDown", "+", "+", "+", "0"):
        page.keyboard.press(key)
        two_frames(page)
    found = page.evaluate("canvasTexts")
    expect(found["texts"] > 0, "%s: no text on the timeline" % what)
    faint = found["faint"][:5]
    expect(not faint, "%s: faint text on the timeline: %s" % (what, faint))
