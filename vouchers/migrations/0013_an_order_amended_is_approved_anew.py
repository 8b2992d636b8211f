"""The lines and fees of an order change while it is a draft only: amended, it waits for a new approval.

Two triggers say it in raw SQL too, to the owner as well.
"""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION public.vouchers_refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.order_id ELSE NEW.order_id END;
BEGIN
    IF (SELECT status FROM public.vouchers_order WHERE id = changed) <> 'DRAFT' THEN
        RAISE EXCEPTION 'the lines of order % change in draft only', changed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_line_changes_in_draft';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER order_line_changes_in_draft
    BEFORE INSERT OR DELETE OR UPDATE OF order_id, position, distributor_id, size, quantity
    ON public.vouchers_orderline FOR EACH ROW EXECUTE FUNCTION public.vouchers_refuse_line_change();
ALTER TABLE public.vouchers_orderline ENABLE ALWAYS TRIGGER order_line_changes_in_draft;

CREATE FUNCTION public.vouchers_refuse_fees_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the fees of order % change in draft only', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_fees_change_in_draft';
END $$;
CREATE TRIGGER order_fees_change_in_draft BEFORE UPDATE OF fees_cents ON public.vouchers_order FOR EACH ROW
    WHEN (NEW.fees_cents <> OLD.fees_cents AND NEW.status <> 'DRAFT')
    EXECUTE FUNCTION public.vouchers_refuse_fees_change();
ALTER TABLE public.vouchers_order ENABLE ALWAYS TRIGGER order_fees_change_in_draft;
"""
UNGUARD = """
DROP TRIGGER order_line_changes_in_draft ON public.vouchers_orderline;
DROP FUNCTION public.vouchers_refuse_line_change();
DROP TRIGGER order_fees_change_in_draft ON public.vouchers_order;
DROP FUNCTION public.vouchers_refuse_fees_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0012_an_order_is_proved_before_it_is_produced"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="révision")),
                ("lines", models.JSONField(verbose_name="lignes")),
                ("fees_cents", models.PositiveIntegerField(verbose_name="frais, hors valeur faciale (centimes)")),
                ("approved_by_id", models.UUIDField(null=True, verbose_name="approuvée par")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approuvée le")),
                ("replaced_at", models.DateTimeField(verbose_name="remplacée le")),
            ],
            options={
                "verbose_name": "révision de commande",
                "verbose_name_plural": "révisions de commande",
                "ordering": ["order", "number"],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="amended_by_id",
            field=models.UUIDField(null=True, verbose_name="modifiée par"),
        ),
        migrations.AddField(
            model_name="order",
            name="revision",
            field=models.PositiveIntegerField(default=1, verbose_name="révision"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="cancelled_count",
            field=models.PositiveIntegerField(default=0, verbose_name="carnets annulés"),
        ),
        migrations.AddField(
            model_name="orderstep",
            name="revision",
            field=models.PositiveIntegerField(default=1, verbose_name="révision"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_id__isnull", True),
                    ("amended_by_id__isnull", True),
                    models.Q(("approved_by_id", models.F("amended_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="order_approver_is_not_who_amended_it",
                violation_error_message="Une commande est approuvée par une autre personne que qui l’a modifiée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["DRAFT", "SUBMITTED"]), _negated=True),
                    ("approved_at__isnull", True),
                    _connector="OR",
                ),
                name="order_amended_is_not_approved",
                violation_error_message="Une commande modifiée attend une nouvelle approbation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("cancelled_count__lte", models.F("quantity"))),
                name="order_line_cancels_what_it_has",
            ),
        ),
        migrations.AddField(
            model_name="orderrevision",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="vouchers.order"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderrevision",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="order_revision_is_kept_once"),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
