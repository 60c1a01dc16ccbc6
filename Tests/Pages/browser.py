"""A browser with one page at a time, and what every page must do in it."""

import contextlib
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PROBLEMS = []


def expect(is_true, what):
    """Notes what isn't as it must be; every check runs."""
    if not is_true:
        PROBLEMS.append(what)
        print("  FAILED: %s" % what)


@contextlib.contextmanager
def opened(executable):
    """Debian's Chromium, without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def shown(browser, path, width=1440, height=900, scheme="light", readable=False):
    """A page at a size and in a colour scheme, which must not complain.

    The pixels of a readable one's canvas are looked at again and again.
    """
    said = []
    asked = []
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    if readable:
        context.add_init_script(READABLE)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append("a dialog: " + dialog.message) or dialog.dismiss())
    page.on("request", lambda request: asked.append(request.url))
    page.goto("file://%s" % path)
    page.wait_for_selector("html[data-ready=yes]", timeout=10_000)
    # Charts draw when they know their width.
    two_frames(page)
    yield page
    expect(not said, "%s: the console says %s" % (path, said[:3]))
    others = [url for url in asked if not url.startswith("file://%s" % path)]
    expect(not others, "%s: asks for %s" % (path, others[:3]))
    context.close()


READABLE = """{
  const { prototype } = HTMLCanvasElement, ask = prototype.getContext;
  prototype.getContext = function (kind, options) {
    return ask.call(this, kind, { ...options, willReadFrequently: true });
  };
}"""


def two_frames(page):
    """Until what was asked for has been drawn."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def fits(page, what):
    """Nothing reaches beyond the sides of the page."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    room = page.evaluate("document.documentElement.clientWidth")
    expect(wide <= room, "%s: %d pixels wide in %d" % (what, wide, room))


def accessible(page, what):
    """axe-core finds nothing serious; it measures contrast too (4.5 to 1, 3 to 1 where large)."""
    found = Axe().run(page)
    serious = [
        "%s (%s)" % (one["id"], one["nodes"][0]["html"][:120])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    expect(not serious, "%s: axe finds %s" % (what, serious))
    return len(found.response["passes"])


def printed(page, what, most):
    """On paper it takes few pages."""
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    expect(0 < pages <= most, "%s: %d pages of paper, not %d" % (what, pages, most))
    return pages
