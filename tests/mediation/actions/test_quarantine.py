"""What a stolen device tries to send is kept aside: digests, never codes; once; not without end."""

import json
from uuid import uuid4

import pytest

from mediation.actions import quarantine
from mediation.models import Attempt, QuarantinedAct, Redemption
from mediation.queries.ticket import read_code
from passnum.accounts.models import Device
from tests.lifecycle import Scene
from tests.mediation.revoked import lost_phone, queued, send
from tests.vouchers.actions.unchanged import fingerprint
from vouchers.models import Ticket
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def test_an_act_is_kept_without_its_codes(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())[:2]
    device = lost_phone(scene)
    act = queued(scene, *codes)
    assert send(scene, device, act) == [act.key]
    aside = QuarantinedAct.objects.get()
    assert (aside.device_id, aside.site, aside.key) == (device.uid, scene.site, act.key)
    assert (aside.happened_at, aside.received_at) == (act.happened_at, scene.now)
    assert [one["digests"] for one in aside.content["codes"]] == [
        [d.hex() for d in read_code(code).digests] for code in codes
    ]
    assert aside.content["typed_count"] == 2
    assert aside.content["details"]["minutes"] == 60
    told = json.dumps(aside.content)
    assert not any(code in told or code.replace(" ", "") in told for code in codes)
    assert not Redemption.objects.exists()
    assert not Ticket.objects.filter(status=TitleStatus.REDEEMED).exists()
    tried = Attempt.objects.get()
    assert (tried.is_accepted, tried.reason, tried.key, tried.by_id) == (False, "DEVICE_REVOKED", act.key, device.uid)


def test_sent_again_it_is_kept_once(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    device = lost_phone(scene)
    act = queued(scene, code)
    send(scene, device, act)
    before = fingerprint()
    assert send(scene, device, act, act) == [act.key]
    twin = lost_phone(scene, "Restauré d’une sauvegarde")
    assert send(scene, twin, act) == [act.key]
    assert fingerprint(but=("accounts_device",)) == {k: v for k, v in before.items() if k != "accounts_device"}


def test_what_was_recorded_before_the_revocation_is_not_kept_again(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    done = scene.redeem(code)
    assert send(scene, lost_phone(scene), queued(scene, code, key=done.key)) == []
    assert not QuarantinedAct.objects.exists()


def test_places_of_others_are_left_out(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    for site in (scene.other_site.uid, uuid4()):
        assert send(scene, lost_phone(scene), queued(scene, code, site_uid=site)) == []
    act = queued(scene, code)
    send(scene, lost_phone(scene), act)
    foreign = lost_phone(scene)
    foreign.organisation = scene.other_operator  # whose place took the same key: nothing is told of it
    other = Device.objects.create(
        **{
            f.attname: getattr(foreign, f.attname)
            for f in Device._meta.fields
            if f.attname not in {"id", "uid", "digest"}
        },
        digest=b"1" * 32,
    )
    assert send(scene, other, queued(scene, code, key=act.key, site_uid=scene.other_site.uid)) == []
    assert QuarantinedAct.objects.count() == 1


def test_what_cannot_be_read_is_left_out_of_an_act_that_has_others(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    send(scene, lost_phone(scene), queued(scene, code, wrong), queued(scene, "???"))
    first, second = QuarantinedAct.objects.order_by("pk")
    assert (len(first.content["codes"]), first.content["fault"]) == (1, "")
    assert (second.content["codes"], second.content["fault"]) == ([], "SCAN_UNREADABLE")
    assert wrong not in json.dumps(first.content)


def test_there_is_an_end_to_what_one_device_fills(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert quarantine.MOST_ASIDE == 500
    monkeypatch.setattr(quarantine, "MOST_ASIDE", 3)
    code = scene.codes(scene.in_hand())[0]
    device = lost_phone(scene)
    acts = [queued(scene, code) for _ in range(5)]
    assert send(scene, device, *acts[:2]) == [act.key for act in acts[:2]]
    assert send(scene, device, *acts) == [act.key for act in acts[:3]]
    assert send(scene, device, acts[4]) == []
    assert send(scene, lost_phone(scene), acts[4]) == [acts[4].key]


def test_a_device_in_use_puts_nothing_aside(scene: Scene) -> None:
    device = scene.device().device
    with pytest.raises(ValueError, match="revoked"):
        send(scene, device, queued(scene, "x"))
