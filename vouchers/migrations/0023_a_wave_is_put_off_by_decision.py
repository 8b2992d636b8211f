"""The end of a wave is put off by a decision that says why; its thresholds are then due again.

A trigger holds it in raw SQL too, for the owner as well: once a threshold was met, the printed end moves by an extension
only, never backwards, and not once tickets are refused. The days of a wave are of its century: from others, no threshold
can be counted, and one mistyped year stopped the clock of every wave.
"""

import datetime

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION public.vouchers_refuse_other_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.vouchers_wavethreshold t WHERE t.wave_id = NEW.id)
        AND (
            EXISTS (SELECT FROM public.vouchers_wavethreshold t WHERE t.wave_id = NEW.id AND t.kind = 'REFUSAL')
            OR NOT EXISTS (
                SELECT FROM public.vouchers_waveextension e
                WHERE e.wave_id = NEW.id AND e.ended_on = OLD.valid_until AND e.until_on = NEW.valid_until
            )
        )
    THEN
        RAISE EXCEPTION 'the end of wave % is put off by an extension only', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'wave_end_is_put_off_by_an_extension';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wave_end_is_put_off_by_an_extension BEFORE UPDATE OF valid_until ON public.vouchers_wave
    FOR EACH ROW WHEN (NEW.valid_until <> OLD.valid_until)
    EXECUTE FUNCTION public.vouchers_refuse_other_end();
ALTER TABLE public.vouchers_wave ENABLE ALWAYS TRIGGER wave_end_is_put_off_by_an_extension;
"""
UNGUARD = """
DROP TRIGGER wave_end_is_put_off_by_an_extension ON public.vouchers_wave;
DROP FUNCTION public.vouchers_refuse_other_end();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0022_an_order_prints_the_logo_of_its_funder"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaveExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("USER", "Personne"),
                            ("DEVICE", "Appareil"),
                            ("TOKEN", "Jeton d’API"),
                            ("SYSTEM", "Système"),
                        ],
                        max_length=8,
                        verbose_name="acteur",
                    ),
                ),
                ("by_id", models.UUIDField(null=True, verbose_name="identifiant de l’acteur")),
                ("by_organisation", models.UUIDField(null=True, verbose_name="organisation de l’acteur")),
                ("by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur")),
                ("ended_on", models.DateField(verbose_name="valable jusqu’au, avant")),
                ("until_on", models.DateField(verbose_name="valable jusqu’au")),
                ("reason", models.CharField(max_length=200, verbose_name="motif")),
                ("extended_at", models.DateTimeField(verbose_name="prolongée le")),
            ],
            options={
                "verbose_name": "prolongation de vague",
                "verbose_name_plural": "prolongations de vague",
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="endnotice",
            name="end_notice_is_one_per_order",
        ),
        migrations.RemoveConstraint(
            model_name="wavethreshold",
            name="wave_threshold_is_met_once",
        ),
        migrations.AddConstraint(
            model_name="endnotice",
            constraint=models.UniqueConstraint(fields=("threshold", "order"), name="end_notice_is_one_per_order"),
        ),
        migrations.AddConstraint(
            model_name="wavethreshold",
            constraint=models.UniqueConstraint(
                fields=("wave", "kind", "due_on"),
                name="wave_threshold_is_met_once_a_day",
                violation_error_message="Cette échéance de la vague est déjà passée.",
            ),
        ),
        migrations.AddField(
            model_name="waveextension",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="vouchers.wave"
            ),
        ),
        migrations.AddConstraint(
            model_name="waveextension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="waveextension_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveextension",
            constraint=models.UniqueConstraint(
                fields=("wave", "ended_on"),
                name="wave_extension_puts_a_day_off_once",
                violation_error_message="Cette vague est déjà prolongée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gt", models.F("ended_on"))),
                name="wave_extension_goes_forward",
                violation_error_message="Une prolongation ne raccourcit jamais la validité.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")),
                name="wave_extension_says_why",
                violation_error_message="Une prolongation dit son motif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("a_on__range", (datetime.date(2019, 1, 1), datetime.date(2099, 12, 31))),
                    ("valid_from__range", (datetime.date(2019, 1, 1), datetime.date(2099, 12, 31))),
                    ("valid_until__range", (datetime.date(2019, 1, 1), datetime.date(2099, 12, 31))),
                ),
                name="wave_days_are_of_its_century",
                violation_error_message="Une vague se date entre 2019 et 2099\u00a0: vérifiez l’année des trois dates.",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
