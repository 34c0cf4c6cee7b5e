"""HTML files opened in a real browser, headless Chromium, and what is wrong with how they look.

`seen` opens one at a width and returns a `Page`, `seen_at` at several widths; where there is no
Chromium the test is skipped, and says so.
"""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_HEIGHT = 900
# An element may stick out of the window only in a container that scrolls, or clips it on purpose.
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const contained = element => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    return false;
  };
  return [...document.body.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1) && !contained(element);
  }).map(element => element.tagName.toLowerCase() + ' "' +
    (element.id || element.className.toString() || element.textContent.trim().slice(0, 40)) + '"');
}"""
# What lies in a box that clips it, and is larger than the box, is cut off.
_CUT = """() => [...document.body.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element);
    return ['hidden', 'clip'].includes(style.overflowX) && element.clientWidth > 1
      && element.scrollWidth > element.clientWidth + 1;
  }).map(element => element.tagName.toLowerCase() + ' "' +
    (element.id || element.textContent.trim().slice(0, 40)) + '"')"""
_BROKEN = """async () => {
  const images = [...document.images];
  for (const image of images) image.loading = 'eager';
  await Promise.all(images.map(image => image.decode().catch(() => {})));
  return images.filter(image => !image.complete || image.naturalWidth === 0)
    .map(image => image.alt || image.src.slice(0, 80));
}"""
_VIDEOS = """async () => Promise.all([...document.querySelectorAll('video')].map(async video => {
  video.muted = true;
  video.currentTime = 0;
  const error = await Promise.race([
    video.play().then(() => '').catch(reason => String(reason)),
    new Promise(resolve => setTimeout(() => resolve('does not begin'), 5000)),
  ]);
  const begun = video.currentTime;
  for (let wait = 0; !error && wait < 50 && video.currentTime <= begun; wait += 1)
    await new Promise(resolve => setTimeout(resolve, 100));
  const plays = !error && video.currentTime > begun;
  video.pause();
  return {ready: video.readyState, duration: video.duration, width: video.videoWidth,
          height: video.videoHeight, plays, error};
}))"""


@dataclass(frozen=True)
class Video:
    """A video of a page.

    Attributes:
        ready: its readyState; 2 and more: there is something to show.
        duration: seconds.
        width: of its pictures (pixels).
        height: of its pictures (pixels).
        plays: whether its time goes on after `play()`.
        error: why it does not; empty where it does.
    """

    ready: int
    duration: float
    width: int
    height: int
    plays: bool
    error: str


@dataclass(frozen=True)
class Page:
    """What a browser made of a file.

    Attributes:
        errors: what it wrote on its console as an error or a warning, errors of scripts, and
            requests that failed or left the file.
        wide: elements that stick out of the window sideways and do not lie in a container that
            scrolls, so that the whole page would move; ``page`` for the page itself.
        cut: elements whose content is wider than they and that hide what is too much.
        broken: images that did not load.
        videos: the videos, played for a moment.
        height: of the page (pixels).
        answer: what the script that was given returned.
    """

    errors: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    height: int = 0
    answer: Any = None

    @property
    def faults(self) -> list[str]:
        """All that is wrong, in words; empty for a good page."""
        still = [f"a video does not play: {video}" for video in self.videos if not video.plays]
        return [
            *self.errors,
            *(f"too wide: {name}" for name in self.wide),
            *(f"cut off: {name}" for name in self.cut),
            *(f"no image: {name}" for name in self.broken),
            *still,
        ]


def browser_path():
    """Return the path of Chromium, or None where there is none."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def seen(path, width=1280, *, picture=None, scheme="light", script=None, media="screen"):
    """Open a local HTML file in headless Chromium and return what it is like as a `Page`.

    Args:
        path: the file.
        width: of the window (pixels).
        picture: where to write a PNG of the whole page, if anywhere.
        scheme: ``light`` or ``dark``.
        script: a function in JavaScript whose value becomes ``answer``.
        media: ``screen`` or ``print``.
    """
    with _browser() as browser:
        return _opened(browser, path, width, picture, scheme, script, media)


def seen_at(path, *widths):
    """Open a file at several widths (pixels) in one browser and return the pages by width."""
    with _browser() as browser:
        return {
            width: _opened(browser, path, width, None, "light", None, "screen") for width in widths
        }


@contextmanager
def _browser():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = browser_path()
    if program is None:
        pytest.skip("no Chromium on this machine: pages cannot be looked at")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _opened(browser, path, width, picture, scheme, script, media):
    page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    page.emulate_media(media=media, color_scheme=scheme)
    errors = []
    _listen(page, errors)
    page.goto(Path(path).resolve().as_uri(), wait_until="load")
    found = _look(page, errors, script)
    if picture is not None:
        page.screenshot(path=str(picture), full_page=True)
    page.close()
    return found


def _listen(page, errors):
    def said(message):
        if message.type in ("error", "warning"):
            errors.append(f"{message.type}: {message.text}")

    def asked(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            errors.append(f"asks for {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: errors.append(f"script: {error}"))
    page.on("request", asked)
    page.on("requestfailed", lambda request: errors.append(f"failed: {request.url[:120]}"))


def _look(page, errors, script):
    broken = page.evaluate(_BROKEN)
    wide = page.evaluate(_WIDE)
    widths = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if widths[0] > widths[1] and not wide:
        wide = ["page"]
    return Page(
        errors=errors,
        wide=wide,
        cut=page.evaluate(_CUT),
        broken=broken,
        videos=[Video(**video) for video in page.evaluate(_VIDEOS)],
        height=page.evaluate("() => document.documentElement.scrollHeight"),
        answer=None if script is None else page.evaluate(script),
    )
