"""The variable data of a printer on the page of its order."""

from django.urls import reverse

from passnum.kit import jobs
from passnum.kit.models import Job
from tests.staff import text_of
from vouchers.models import Order, PrinterFile
from vouchers.queries.printer_file import PRINTER_FILES


def url(order: Order, name: str) -> str:
    return reverse(f"vouchers:{name}", args=[order.uid])


def test_prepared_taken_then_deleted(scene, pilot, funder, after_commit) -> None:
    order = scene.produced((scene.ccas, 5, 2))
    assert "Fichier pour un imprimeur" not in text_of(funder.get(url(order, "order")))
    assert "Préparer le fichier" in text_of(pilot.get(url(order, "order")))
    assert pilot.post(url(order, "printer_take")).status_code == 409
    with after_commit():
        pilot.post(url(order, "printer_prepare"))
    assert "0 sur 1" in text_of(pilot.get(url(order, "order")))
    assert jobs.run_job(Job.objects.get(kind=PRINTER_FILES).uid)
    answer = pilot.post(url(order, "printer_take"))
    assert answer["Cache-Control"] == "no-store, private"
    assert "BC-01-0001-imprimeur.csv" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).count(b"\r\n") == 11
    assert funder.post(url(order, "printer_take")).status_code == 403
    with after_commit():
        pilot.post(url(order, "printer_delete"))
    assert "Il reste l’empreinte de 1 lot" in text_of(pilot.get(url(order, "order")))
    assert pilot.post(url(order, "printer_take")).status_code == 409
    assert PrinterFile.objects.get().deleted_at


def test_the_template_says_where_columns_go(scene, pilot) -> None:
    order = scene.approved()
    answer = pilot.get(url(order, "printer_template"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
