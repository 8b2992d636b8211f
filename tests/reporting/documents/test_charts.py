from datetime import date

from passnum.kit.picture import Area, Label
from reporting.documents.charts import classes_of, funnel_picture, hours_map, month_picture
from reporting.queries.as_of import AsOf
from reporting.queries.wave_report import wave_report
from tests.reporting.life import Life


def test_classes_grow_from_one_in_round_numbers() -> None:
    assert classes_of([]) == (1,)
    assert classes_of([3]) == (1, 2)
    assert classes_of([1, 1, 1, 1]) == (1,)
    classes = classes_of([2, 5, 9, 14, 30, 44, 61, 120, 240, 900])
    assert classes == (1, 5, 20, 50, 200)
    assert list(classes) == sorted(set(classes))


def test_the_map_holds_the_communes_of_the_table(life: Life) -> None:
    report = wave_report(wave=life.scene.wave, as_of=AsOf(date(2026, 5, 31), life.seals))
    drawn = hours_map(report)
    assert dict(drawn.values) == report.breakdown("use_commune").column("hours")
    assert "93066" in drawn.values, "a place of Pierrefitte counts for Saint-Denis"
    svg = drawn.svg()
    assert svg.startswith("<svg")
    assert "style=" not in svg, "the content security policy would refuse it"
    assert drawn.drawing(300).width == 300


def test_what_is_masked_is_not_on_the_map(life: Life) -> None:
    known = AsOf(date(2026, 5, 31), life.seals)
    drawn = hours_map(wave_report(wave=life.scene.wave, as_of=known, funder=life.other_funder))
    assert all(value is None or value >= 5 for value in drawn.values.values())
    assert "masqué" in drawn.missing


def test_each_month_and_stage_is_written(life: Life) -> None:
    report = wave_report(wave=life.scene.wave, as_of=AsOf(date(2026, 5, 31), life.seals))
    table = report.breakdown("month")
    picture = month_picture(table)
    assert picture
    words = {item.text for item in picture.items if isinstance(item, Label)}
    assert {f"{row.key[5:]}/{row.key[2:4]}" for row in table.rows} <= words
    assert {str(row.counts[table.rank("hours")]) for row in table.rows} <= words
    bars = [item for item in funnel_picture(report).items if isinstance(item, Area)]
    widths = [max(x for x, _ in bar.rings[0]) - min(x for x, _ in bar.rings[0]) for bar in bars]
    assert widths == sorted(widths, reverse=True)
