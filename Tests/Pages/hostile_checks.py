"""Names that could be markup, turn the text around them, or are too long: inert and harmless."""

import samples
from browser import expect, shown


def check(browser, pages):
    """All checks of such names."""
    names_are_inert(browser, pages)
    directions(browser, pages)
    half_of_a_sign(browser, pages)


def names_are_inert(browser, pages):
    with shown(browser, pages.path("hostile.html")) as page:
        expect(samples.HOSTILE[0] in page.inner_text("h1"), "a name is shown as it is")
    for name in ("hostile", "hostile-stuck", "hostile-compare"):
        with shown(browser, pages.path(name + ".html")) as page:
            expect(page.locator("img").count() == 0, "%s: a name becomes an image" % name)
            expect(page.locator("script").count() == 3, "%s: a name becomes a script" % name)
        with open(pages.path(name + ".html")) as file:
            text = file.read()
        expect("<script>alert" not in text, "%s: a script isn't escaped in the file" % name)
        expect("</script><img" not in text, "%s: the end of a script isn't escaped" % name)
        data = text.split('id="data">')[1].split("</script>")[0]
        expect("\u2028" not in data, "%s: a line separator isn't escaped" % name)


def directions(browser, pages):
    """No sign is left that turns the text after it, or that can't be seen; names are isolated."""
    for name in ("hostile", "hostile-stuck", "hostile-compare"):
        with shown(browser, pages.path(name + ".html"), 390) as page:
            left = page.evaluate(TURNING)
            expect(not left, "%s: signs that turn text are left in %s" % (name, left[:3]))
            tall = page.evaluate(
                """() => Array.from(document.querySelectorAll("h1, p, dd li, dd > bdi, td, text"))
                  .filter((node) => node.getBoundingClientRect().height > 420)
                  .map((node) => node.localName)"""
            )
            expect(not tall, "%s: names are taller than 420 pixels: %s" % (name, tall[:5]))


# Of all that is shown or read out: U+2068 and U+2069 are the page's own, and isolate names.
TURNING = """() => {
  const signs = /[\\u061c\\u200b\\u200c\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2067\\ufeff]/;
  const texts = [document.title];
  for (const node of document.querySelectorAll("main *")) {
    if (["SCRIPT", "NOSCRIPT"].includes(node.tagName)) continue;
    for (const child of node.childNodes) if (child.nodeType === 3) texts.push(child.data);
    for (const { value } of node.attributes) texts.push(value);
  }
  return texts.filter((text) => signs.test(text)).map((text) => text.slice(0, 80));
}"""


def half_of_a_sign(browser, pages):
    """Half of a pair of UTF-16, which JSON can hold: the page shows something in its place."""
    with open(pages.path("explain.html")) as file:
        text = file.read()
    spoiled = text.replace('"claim":"', '"claim":"\\ud800 ', 1).replace(
        '"names":[["', '"names":[["\\udc00', 1
    )
    expect(spoiled != text, "there is no name to spoil")
    with open(pages.path("half.html"), "w") as file:
        file.write(spoiled)
    with shown(browser, pages.path("half.html")) as page:
        expect(
            page.locator("section.workers tbody tr").count() > 0, "half of a sign spoils the page"
        )
