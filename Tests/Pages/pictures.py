"""Takes the README's pictures of pages.

    pictures.py TANDEM CHROMIUM FOLDER

Runs the programs, and writes Documentation/pictures. The reports stay in the folder.
"""

import base64
import os
import sys

import samples
from browser import opened, shown
from check_pages import Pages, run

MOST_BYTES = 150_000

THREADS = """
import threading

def squares():
    for number in range(5_000_000):
        number * number

workers = [threading.Thread(target=squares) for _ in range(4)]
for worker in workers: worker.start()
for worker in workers: worker.join()
"""

PROCESSES = THREADS.replace("threading", "multiprocessing").replace("Thread(", "Process(")


def take(browser, page_path, picture, scheme, last):
    """A page from its top to the end of an element, as a file of at most so many bytes."""
    with shown(browser, page_path, 1120, 1400, scheme) as page:
        box = page.locator(last).first.bounding_box()
        clip = {"x": 0, "y": 0, "width": 1120, "height": box["y"] + box["height"] + 12, "scale": 1}
        session = page.context.new_cdp_session(page)
        for quality in (90, 80, 70, 60, 50, 40):
            options = {"format": "webp", "quality": quality, "clip": clip}
            data = base64.b64decode(session.send("Page.captureScreenshot", options)["data"])
            if len(data) <= MOST_BYTES:
                break
        with open(picture, "wb") as file:
            file.write(data)
        print("%s: %d bytes, quality %d" % (picture, len(data), quality))


def main():
    """Runs two programs and takes two pictures."""
    tandem, chromium, folder = sys.argv[1:4]
    pages = Pages(os.path.abspath(tandem), os.path.abspath(folder))
    os.chdir(folder)
    for name, text in (("squares.py", THREADS), ("processes.py", PROCESSES)):
        pages.program(name, text)
    threads, processes = ["python3", "squares.py"], "python3 processes.py"
    explain = [pages.tandem, "explain", "--quiet"]
    run([*explain, *pages.files("explain"), "--", *threads])
    run([*explain, "--runs", "7", "--vs", processes, *pages.files("versus"), "--", *threads])
    pictures = os.path.join(samples.REPOSITORY, "Documentation", "pictures")
    with opened(chromium) as browser:
        for name, scheme, last in (("explain", "light", ".pair"), ("versus", "dark", ".stage")):
            target = os.path.join(pictures, name + ".webp")
            take(browser, pages.path(name + ".html"), target, scheme, last)


if __name__ == "__main__":
    main()
