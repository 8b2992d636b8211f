import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.urls import reverse

from tests.staff import text_of
from vouchers.models import Movement
from vouchers.register.export import export_register
from vouchers.register.sealer import seal_movements

PAGE = reverse("vouchers:register")
ROOT = Path(__file__).resolve().parents[3]


def test_before_any_seal_it_says_so(client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Aucun fait n’est encore scellé." in text_of(page)


def test_anyone_reads_the_root_of_each_day(scene, client) -> None:
    scene.in_hand()
    first = seal_movements(at=scene.now)
    scene.in_hand()
    second = seal_movements(at=scene.now + timedelta(hours=1))
    scene.in_hand()
    third = seal_movements(at=scene.now + timedelta(days=1))
    assert first and second and third
    page = text_of(client.get(PAGE))
    assert bytes(second.hash).hex() in page
    assert bytes(third.hash).hex() in page
    assert bytes(first.hash).hex() not in page, "the last seal of the day commits to it"
    assert page.index(bytes(third.hash).hex()) < page.index(bytes(second.hash).hex())
    assert f"<strong>{Movement.objects.count()}</strong>" in page


def test_a_day_is_a_day_of_paris(scene, client) -> None:
    scene.in_hand()
    seal_movements(at=scene.now.replace(hour=23, minute=30))
    assert "3 mars 2026" in text_of(client.get(PAGE))


def test_what_the_page_says_to_run_proves_the_root_that_it_shows(scene, client, tmp_path) -> None:
    scene.in_hand()
    seal = seal_movements(at=scene.now)
    assert seal is not None
    page = text_of(client.get(PAGE))
    assert "python3 -I verify_register.py EXPORT.jsonl EMPREINTE" in page
    out = StringIO()
    export_register(out)
    export = tmp_path / "EXPORT.jsonl"
    export.write_text(out.getvalue())
    command = [sys.executable, "-I", str(ROOT / "verify_register.py"), str(export), bytes(seal.hash).hex()]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    lines = out.getvalue().splitlines()
    record = json.loads(lines[1])
    record["facts"][0]["tickets"] += 1
    export.write_text("\n".join([lines[0], json.dumps(record)]) + "\n")
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


def test_a_longer_register_is_read_in_as_many_statements(scene, client, django_assert_max_num_queries) -> None:
    for day in range(5):
        scene.in_hand()
        seal_movements(at=scene.now + timedelta(days=day))
    with django_assert_max_num_queries(4):
        client.get(PAGE)
