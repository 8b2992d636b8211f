from django.contrib.auth.views import LogoutView
from django.urls import path

from passnum.accounts.pages.choose_post import choose_post_page
from passnum.accounts.pages.pin import pin_page
from passnum.accounts.pages.sign_in import SignInPage

app_name = "accounts"
urlpatterns = [
    path("connexion/", SignInPage.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("code/", pin_page, name="pin"),
    path("role/", choose_post_page, name="choose_post"),
]
