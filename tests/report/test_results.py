"""results.json: its schema is published, and every document keeps to it."""

from __future__ import annotations

import json

import jsonschema
import pytest

from autograder.report.results import FORMAT, VERSION, Results, document, schema
from tests.report.made import NEEDS, hostile_class, one, refused


def test_the_published_schema_is_that_of_the_model():
    published = schema()
    assert published.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert published == Results.model_json_schema(mode="serialization")


@pytest.mark.parametrize("classes", [one, refused, hostile_class, list])
def test_documents_keep_to_the_schema(classes):
    made = json.loads(document(classes()))
    jsonschema.Draft202012Validator(schema()).validate(made)
    assert Results.model_validate(made)


def test_the_schema_refuses_a_score_that_is_none():
    made = json.loads(document(one()))
    made["assignments"][0]["submissions"][0]["score"] = "18"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(made)


def test_what_is_open_has_no_score_and_says_why():
    made = json.loads(document(one()))
    assert (made["format"], made["version"]) == (FORMAT, VERSION)
    (submission,) = made["assignments"][0]["submissions"]
    told = {
        key: submission[key]
        for key in (
            *("is_final", "score", "max_score", "score_so_far", "points_so_far"),
            *("status", "needs_attention"),
        )
    }
    assert told == {
        "is_final": False,
        "score": None,
        "max_score": 6.0,
        "score_so_far": 1.5,
        "points_so_far": 3.0,
        "status": "graded",
        "needs_attention": True,
    }
    (check,) = submission["exercises"][2]["checks"]
    assert check == {
        "name": "test_layer",
        "public": False,
        "outcome": "ungraded",
        "is_open": True,
        "weight": 1.0,
        "told": NEEDS,
        "seconds": 0.0,
    }


def test_a_refused_assignment_says_so():
    (assignment,) = json.loads(document(refused()))["assignments"]
    assert assignment == {"assignment": "gan", "is_refused": True, "submissions": []}
