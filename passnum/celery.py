"""The queue. A message is only a wake-up: the truth of long work is the `Job` row (passnum/kit/models/job.py)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnum.settings")

from django.conf import settings

from passnum.heartbeat import AliveFile

app = Celery("passnum")
app.steps["consumer"].add(AliveFile)
app.conf.task_ignore_result = True
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False
app.conf.update(timezone="Europe/Paris")
# Work that outlives a crash is taken up again from its Job row, never by redelivery of a message.
app.conf.task_acks_late = False
app.conf.worker_prefetch_multiplier = 1
if settings.CELERY_BROKER_URL:
    app.conf.update(broker_url=settings.CELERY_BROKER_URL)
else:
    folder = settings.CELERY_BROKER_FOLDER
    for part in ("queue", "processed", "control"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    app.conf.update(broker_url="filesystem://localhost")
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        # A person waits for what is asked, and a worker that is told to stop ends at its next look at the folder.
        "polling_interval": 0.3,
    }
app.conf.beat_schedule = {
    "sweep-jobs": {"task": "passnum.kit.tasks.sweep_jobs", "schedule": 60.0},
    "seal-register": {"task": "vouchers.tasks.seal_register", "schedule": 60.0},
    "purge-printer-files": {"task": "vouchers.tasks.purge_delivered_files", "schedule": crontab(hour="2", minute="30")},
    "purge-contacts": {"task": "vouchers.tasks.purge_contacts", "schedule": crontab(hour="2", minute="40")},
    "settle-by-silence": {"task": "mediation.tasks.settle_by_silence", "schedule": 3600.0},
    # after midnight in Paris, whatever its hour; days missed are caught up at the next run
    "run-wave-clocks": {"task": "mediation.tasks.run_wave_clocks", "schedule": crontab(hour=5, minute=10)},
}
app.conf.beat_schedule_filename = str(settings.VAR_DIR / "beat-schedule")
app.autodiscover_tasks(["passnum.kit", "vouchers", "mediation", "reporting"])
