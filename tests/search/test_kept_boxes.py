"""The filters' tick boxes are worked out once, for each language, number and tick."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask_babel import force_locale

from search.kept_boxes import box_in, boxes
from search.saying import Option

OPTION = Option("area", "northfield", "Northfield & <more>", is_chosen=False, count=3)


def test_a_box_says_its_own_number_and_tick(app: Flask) -> None:
    with app.test_request_context("/search"):
        box = boxes()
        plain, ticked, fewer = box(OPTION), box(replace(OPTION, is_chosen=True)), box(replace(OPTION, count=2))
    assert "Northfield &amp; &lt;more&gt;" in plain
    assert " checked" in ticked
    assert " checked" not in plain
    assert ">3<" in plain
    assert ">2<" in fewer
    assert 'id="area-northfield"' in plain
    assert 'for="area-northfield"' in plain


def test_a_box_is_worked_out_once_for_each_language(app: Flask) -> None:
    with app.test_request_context("/search"):
        box_in.cache_clear()
        assert boxes()(OPTION) is boxes()(OPTION)
        with force_locale("is"):
            boxes()(OPTION)
        assert box_in.cache_info().misses == 2
