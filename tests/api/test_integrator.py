"""An integrator files a hundred dossiers, knowing the address of the OpenAPI document and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.api.rest import gate
from tests.attacks.people import signed_in
from tests.support.answers import pdf, png
from tests.support.world import World

Json = dict[str, Any]
FILES = {"pdf": ("giay-to.pdf", pdf), "image": ("anh.png", png)}


class FromTheDocument:
    """Calls operations by their id, as the OpenAPI document describes them."""

    def __init__(self, secret: str) -> None:
        self.client = Client()
        self.document: Json = json.loads(self.client.get("/api/v1/openapi.json").content)
        self.secret = secret
        self.found = {
            details["operationId"]: (method, path, details)
            for path, methods in self.document["paths"].items()
            for method, details in methods.items()
        }

    def call(self, operation: str, *, body: Any = None, files: Json | None = None, **given: Any) -> Json:
        method, path, details = self.found[operation]
        query = {}
        for parameter in details["parameters"]:
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", str(given[name]))
            elif parameter["in"] == "query" and name in given:
                query[name] = given[name]
        scheme = self.document["components"]["securitySchemes"]["apiKey"]["scheme"]
        headers = {"Authorization": f"{scheme} {self.secret}"}
        address = f"{path}?{urlencode(query)}" if query else path
        if files is not None:
            response = getattr(self.client, method)(address, files, headers=headers)
        else:
            more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
            response = getattr(self.client, method)(address, headers=headers, **more)
        success = next(iter(details["responses"]))
        assert str(response.status_code) == success, (operation, response.content.decode())
        answer: Json = json.loads(response.content)
        return answer

    def follow(self, operation: str, link: str, answer: Json, **more: Any) -> Json:
        """Call what the operation's answer links to, with the parameters that the link takes from it."""
        _, _, details = self.found[operation]
        told = details["responses"][next(iter(details["responses"]))]["links"][link]
        parameters = {}
        for name, expression in told["parameters"].items():
            value: Any = answer
            for part in expression.removeprefix("$response.body#/").split("/"):
                value = value[int(part)] if isinstance(value, list) else value[part]
            parameters[name] = value
        return self.call(told["operationId"], **parameters, **more)

    def example_of(self, procedure: str) -> Json:
        """The example of a request that files this procedure."""
        body = self.found["createDossier"][2]["requestBody"]["content"]["application/json"]
        (example,) = [e["value"] for e in body["examples"].values() if e["value"]["procedure"] == procedure]
        return dict(example)


def key_of_the_sandbox(world: World) -> str:
    """One click on the account's page; the secret is shown there once."""
    page = signed_in(world, "doanhnghiep1").post("/tai-khoan/khoa-api/thu/").content.decode()
    found = re.search(r"emoit_test_[\w-]{43}", page)
    assert found
    return found[0]


def hand_in(api: FromTheDocument, procedure: str, enterprise_id: int | None) -> Json:
    """One dossier, from its draft to its status."""
    body = api.example_of(procedure)
    body = {**body, "enterprise_id": enterprise_id} if enterprise_id else body
    draft = api.call("createDossier", body=body)
    asked = api.call("getProcedure", code=procedure)["papers"]
    for paper in (p for p in asked if p["required"]):
        name, content = FILES["pdf" if "pdf" in paper["accept"] else "image"]
        upload = {"paper_code": paper["code"], "file": SimpleUploadedFile(name, content())}
        api.follow("createDossier", "uploadPaper", draft, files=upload)
    assert api.follow("createDossier", "checkDossier", draft) == {"complete": True, "problems": []}
    submitted = api.follow("createDossier", "submitDossier", draft)
    return api.follow("submitDossier", "getStatus", submitted)


def test_an_integrator_files_a_hundred_dossiers(world: World) -> None:
    gate.forget_leases()
    api = FromTheDocument(key_of_the_sandbox(world))
    subjects = api.call("listSubjects")["items"]
    (enterprise,) = [s["enterprise_id"] for s in subjects if s["kind"] == "enterprise"]
    codes = []
    for number in range(100):
        procedure = "2.000138" if number % 2 else "2.001555"
        status = hand_in(api, procedure, enterprise)
        assert (status["status"], status["national_status"]) == ("submitted", 1)
        codes.append(status["code"])
    assert codes == [f"G02-260504-{n:04}" for n in range(1, 101)]

    seen: list[str] = []
    cursor: Json = {}
    while True:
        page = api.call("listDossiers", limit=30, **cursor)
        seen += [line["code"] for line in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert Counter(seen) == Counter(codes)

    world.run_jobs()  # the declarations of chemicals are answered by themselves
    last = api.call("listDossiers", procedure="2.001555", limit=100)["items"]
    assert Counter(line["status"] for line in last) == {"returned": 50}
    results = api.call("listResults", limit=100)["items"]
    assert len(results) == 50
    assert api.call("verifyResult", code=results[0]["verify_code"])["genuine"] is True
