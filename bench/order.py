"""A whole order: titles and files, by the job that a worker runs, on every core; and the same pages on one core."""

import os
import time

from django.conf import settings
from django.db.models import Sum

from bench.world import BOOKLET_SIZE, World
from passnum.kit import jobs
from tests.guards import capture_after_commit
from vouchers.actions.production import start_production
from vouchers.actions.production_file import batch_task, print_batch
from vouchers.models import ProductionFile

TICKETS = int(os.environ.get("BENCH_ORDER_TICKETS", "100000"))
ALONE = 4  # batches drawn again by one process


def bench_order(world: World) -> list[str]:
    """Return what to print: tickets per second from the start to the last file, on all cores and on one."""
    scene = world.scene
    wave = scene.make_wave(7, ceiling_cents=TICKETS * 10_00)
    order = scene.approved((scene.ccas, BOOKLET_SIZE, TICKETS // BOOKLET_SIZE), wave=wave)
    with capture_after_commit(execute=False):
        job = start_production(order=order, by=scene.pilot, at=scene.tick())
    began = time.perf_counter()
    assert jobs.run_job(job.uid)
    whole = TICKETS / (time.perf_counter() - began)
    files = ProductionFile.objects.filter(order=order).order_by("batch")
    tasks = [batch_task(order=order, batch=f.batch, first=f.first_number, last=f.last_number) for f in files[:ALONE]]
    print_batch(tasks[0])  # what a process learns once
    tasks[0].partial.unlink()
    began = time.perf_counter()
    alone = sum(print_batch(task).tickets_count for task in tasks) / (time.perf_counter() - began)
    for task in tasks:
        task.partial.unlink()
    size = (files.aggregate(n=Sum("bytes_count"))["n"] or 0) / TICKETS
    return [
        f"Commande      {whole:>9,.0f} tickets/s de {TICKETS:,}, titres et fichiers, {settings.PRODUCTION_PROCESSES}"
        f" processus ; {size:,.0f} octets par ticket",
        f"  un seul     {alone:>9,.0f} tickets/s, fichiers seuls",
    ]
