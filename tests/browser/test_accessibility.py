"""Nobody is kept out: axe finds no barrier on any page, and everything can be reached and used by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.complaints import Complaints
from tests.support.pages import PAGES, PHONE, App
from tests.support.places import PLACES, Place
from tests.support.sources import REPOSITORY

AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
LOOK = """() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map(
    (one) => ({id: one.id, impact: one.impact, where: one.nodes.map((node) => node.target.join(' ') + ': ' + node.html
        + ' ' + node.failureSummary)})))"""
MOST_STOPS = 400
FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    window.stops ??= new Map();
    if (!window.stops.has(at)) window.stops.set(at, window.stops.size);
    return window.stops.get(at);
}"""
UNREACHED = """() => [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=option], [role=slider]')]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && !one.closest('[inert]'))
    .filter((one) => !window.stops.has(one))
    // Within these the arrow keys lead from one to the next, and only one of them is a stop.
    .filter((one) => !one.closest('[role=grid] tbody, [role=tablist], [role=listbox], [role=radiogroup]'))
    .map((one) => one.outerHTML.slice(0, 200))"""


def barriers(page: Page) -> list[Any]:
    """List what axe calls serious or critical."""
    found = page.evaluate(LOOK)
    return [violation for violation in found if violation["impact"] in GRAVE]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_axe_finds_no_serious_barrier_in_dark_and_light(app: App, place: Place, complaints: Complaints) -> None:
    complaints.expect("500|502|404|the database does not answer", because="a failing server is one of the states")
    if "wide" not in place.screens:
        app.page.set_viewport_size(PHONE)
    app.visit(place)
    app.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = barriers(app.page)
    app.page.emulate_media(color_scheme="light")
    assert [*found, *barriers(app.page)] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_a_page_is_a_stop_of_the_keyboard(app: App, name: str) -> None:
    app.open(PAGES[name])
    seen: set[int] = set()
    for _ in range(MOST_STOPS):
        app.page.keyboard.press("Tab")
        at = app.page.evaluate(FOCUS)
        if at in seen:
            break
        # After the last stop comes the browser itself, then the first.
        if at is not None:
            seen.add(at)
    assert app.page.evaluate(UNREACHED) == []


def test_a_stop_of_the_keyboard_can_be_seen(app: App) -> None:
    app.open("/")
    app.page.keyboard.press("Tab")
    app.page.keyboard.press("Tab")
    ring = app.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring != "none"
