from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "emoit.workflow"
    label = "workflow"
