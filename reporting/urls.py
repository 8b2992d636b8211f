from django.urls import path

from reporting.pages.wave_report import (
    wave_report_csv_page,
    wave_report_list_page,
    wave_report_page,
    wave_report_pdf_page,
)

app_name = "reporting"
urlpatterns = [
    path("rapports/", wave_report_list_page, name="wave_report_list"),
    path("vagues/<int:number>/rapport/", wave_report_page, name="wave_report"),
    path("vagues/<int:number>/rapport.pdf", wave_report_pdf_page, name="wave_report_pdf"),
    path("vagues/<int:number>/rapport.csv", wave_report_csv_page, name="wave_report_csv"),
]
