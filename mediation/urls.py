from django.urls import URLPattern, URLResolver, path, re_path

from mediation.pages.confirmations import confirmations_page
from mediation.pages.day import day_page, undo_page
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
from mediation.pages.public_ticket import public_ticket_page
from mediation.pages.redeem import choose_place_page, redeem_page, redeemed_page
from mediation.pages.sites import sites_page

app_name = "mediation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("utiliser/", redeem_page, name="redeem"),
    path("utiliser/lieu/", choose_place_page, name="choose_place"),
    path("utiliser/journal/", day_page, name="day"),
    path("utiliser/feuille-emargement/", attendance_page, name="attendance"),
    path("utiliser/feuille-emargement/pdf/", attendance_pdf_page, name="attendance_pdf"),
    path("utiliser/saisie-differee/", late_entry_page, name="late_entry"),
    path("utiliser/saisie-differee/feuille/", late_sheet_page, name="late_sheet"),
    path("utiliser/<uuid:uid>/", redeemed_page, name="redeemed"),
    path("utiliser/<uuid:uid>/annuler/", undo_page, name="undo"),
    path("confirmations/", confirmations_page, name="confirmations"),
    path("controles-papier/", paper_samples_page, name="paper_samples"),
    path("controles-papier/nouveau/", paper_sample_new_page, name="paper_sample_new"),
    path("controles-papier/corrections/", paper_corrections_page, name="paper_corrections"),
    path("controles-papier/<uuid:uid>/", paper_sample_page, name="paper_sample"),
    path("controles-papier/<uuid:uid>/noter/", paper_note_page, name="paper_note"),
    path("controles-papier/<uuid:uid>/population.csv", paper_population_page, name="paper_population"),
    path("lieux/", sites_page, name="sites"),
    path("ou-utiliser/", find_places_page, name="find_places"),
    # Printed in capitals in the QR (passnum/kit/codes/url.py), typed in small letters, with or without the last slash.
    re_path(r"^[tT]/(?P<ref>[^/]*)/?\Z", public_ticket_page, name="public_ticket"),
]
