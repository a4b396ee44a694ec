from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "emoit.files"
    label = "files"
