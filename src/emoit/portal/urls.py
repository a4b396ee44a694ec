from django.urls import path

from emoit.portal.views import (
    check,
    confirmation,
    declare,
    dossier,
    dossiers,
    files,
    front,
    papers,
    procedures,
    sign_in,
    supplement,
    track,
    verify,
    withdraw,
)

app_name = "portal"
urlpatterns = [
    path("", front.show, name="front"),
    path("thu-tuc/", procedures.catalogue, name="catalogue"),
    path("thu-tuc/<str:code>/", procedures.show, name="procedure"),
    path("thu-tuc/<str:code>/nop/", procedures.start, name="start"),
    path("dang-nhap/", sign_in.show, name="sign-in"),
    path("dang-xuat/", sign_in.leave, name="sign-out"),
    path("ho-so/", dossiers.show, name="dossiers"),
    path("ho-so/<int:dossier_id>/", dossier.show, name="dossier"),
    path("ho-so/<int:dossier_id>/khai/<str:page>/", declare.show, name="declare"),
    path("ho-so/<int:dossier_id>/giay-to/", papers.show, name="papers"),
    path("ho-so/<int:dossier_id>/giay-to/<int:paper_id>/bo/", papers.remove, name="remove-paper"),
    path("ho-so/<int:dossier_id>/kiem-tra/", check.show, name="check"),
    path("ho-so/<int:dossier_id>/xoa-nhap/", dossier.discard, name="discard"),
    path("ho-so/<int:dossier_id>/da-nop/", confirmation.show, name="confirmation"),
    path("ho-so/<int:dossier_id>/bo-sung/", supplement.show, name="supplement"),
    path("ho-so/<int:dossier_id>/rut/", withdraw.show, name="withdraw"),
    path("tep/<int:file_id>/", files.show, name="file"),
    path("tra-cuu/", track.show, name="track"),
    path("kiem-tra/", verify.ask, name="verify"),
    path("kiem-tra/<str:token>/", verify.show, name="verify-result"),
]
