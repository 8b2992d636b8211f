from django.urls import URLPattern, URLResolver, path, re_path

from mediation.pages.appointment import appointments_page, first_appointment_page, mark_appointment_page
from mediation.pages.confirmations import confirmations_page
from mediation.pages.contested import (
    contested_act_page,
    contested_booklets_page,
    contested_page,
    my_contested_page,
)
from mediation.pages.counter import counter_manifest, counter_page, counter_worker
from mediation.pages.counter_rules import counter_rules_page
from mediation.pages.day import day_page, undo_page
from mediation.pages.device import device_page, device_revoke_page, devices_page
from mediation.pages.device_new import device_new_page, pairing_cancel_page
from mediation.pages.find_places import find_places_page
from mediation.pages.late_entry import late_entry_page
from mediation.pages.late_sheet import late_sheet_page
from mediation.pages.paper_day import attendance_page, attendance_pdf_page
from mediation.pages.paper_sample import (
    paper_corrections_page,
    paper_note_page,
    paper_population_page,
    paper_sample_new_page,
    paper_sample_page,
    paper_samples_page,
)
from mediation.pages.places_sheet import places_sheet_page
from mediation.pages.public_ticket import public_ticket_page
from mediation.pages.quarantine import quarantine_page
from mediation.pages.redeem import choose_place_page, redeem_page, redeemed_page
from mediation.pages.sites import sites_page
from mediation.pages.wave_end import (
    cap_sites_csv_page,
    cap_sites_page,
    freeze_confirm_page,
    statement_pdf_page,
    statement_sign_page,
    wave_end_page,
    wave_ends_page,
)

app_name = "mediation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("utiliser/", redeem_page, name="redeem"),
    path("utiliser/lieu/", choose_place_page, name="choose_place"),
    path("utiliser/journal/", day_page, name="day"),
    path("utiliser/contestes/", my_contested_page, name="my_contested"),
    path("utiliser/<uuid:uid>/", redeemed_page, name="redeemed"),
    path("utiliser/<uuid:uid>/annuler/", undo_page, name="undo"),
    path("comptoir/", counter_page, name="counter"),
    path("comptoir/sw.js", counter_worker, name="counter_worker"),
    path("comptoir/manifest.webmanifest", counter_manifest, name="counter_manifest"),
    path("confirmations/", confirmations_page, name="confirmations"),
    path("rendez-vous/", appointments_page, name="appointments"),
    path("rendez-vous/<uuid:uid>/noter/", mark_appointment_page, name="appointment_mark"),
    path("rendez-vous/remise/<uuid:uid>/", first_appointment_page, name="first_appointment"),
    path("appareils/", devices_page, name="devices"),
    path("appareils/nouveau/", device_new_page, name="device_new"),
    path("appareils/invitations/<uuid:uid>/annuler/", pairing_cancel_page, name="pairing_cancel"),
    path("appareils/<uuid:uid>/", device_page, name="device"),
    path("appareils/<uuid:uid>/revoquer/", device_revoke_page, name="device_revoke"),
    path("vagues/<int:number>/comptoir/", counter_rules_page, name="counter_rules"),
    path("fin-de-validite/", wave_ends_page, name="wave_ends"),
    path("fin-de-validite/<int:number>/", wave_end_page, name="wave_end"),
    path("fin-de-validite/<int:number>/gel/", freeze_confirm_page, name="freeze_confirm"),
    path("fin-de-validite/<int:number>/lieux/", cap_sites_page, name="cap_sites"),
    path("fin-de-validite/<int:number>/lieux.csv", cap_sites_csv_page, name="cap_sites_csv"),
    path("decomptes/<uuid:uid>/pdf/", statement_pdf_page, name="statement_pdf"),
    path("decomptes/<uuid:uid>/signer/", statement_sign_page, name="statement_sign"),
    path("contestes/", contested_page, name="contested"),
    path("contestes/carnets/", contested_booklets_page, name="contested_booklets"),
    path("contestes/<uuid:uid>/", contested_act_page, name="contested_act"),
    path("actes-mis-de-cote/", quarantine_page, name="quarantine"),
    path("utiliser/feuille-emargement/", attendance_page, name="attendance"),
    path("utiliser/feuille-emargement/pdf/", attendance_pdf_page, name="attendance_pdf"),
    path("utiliser/saisie-differee/", late_entry_page, name="late_entry"),
    path("utiliser/saisie-differee/feuille/", late_sheet_page, name="late_sheet"),
    path("controles-papier/", paper_samples_page, name="paper_samples"),
    path("controles-papier/nouveau/", paper_sample_new_page, name="paper_sample_new"),
    path("controles-papier/corrections/", paper_corrections_page, name="paper_corrections"),
    path("controles-papier/<uuid:uid>/", paper_sample_page, name="paper_sample"),
    path("controles-papier/<uuid:uid>/noter/", paper_note_page, name="paper_note"),
    path("controles-papier/<uuid:uid>/population.csv", paper_population_page, name="paper_population"),
    path("lieux/", sites_page, name="sites"),
    path("lieux-proches/", places_sheet_page, name="places_sheet"),
    path("ou-utiliser/", find_places_page, name="find_places"),
    # Printed in capitals in the QR (passnum/kit/codes/url.py), typed in small letters, with or without the last slash.
    re_path(r"^[tT]/(?P<ref>[^/]*)/?\Z", public_ticket_page, name="public_ticket"),
]
