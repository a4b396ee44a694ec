from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "emoit.people"
    label = "people"
