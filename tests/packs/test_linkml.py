"""LinkML's own generators read the Vietnam pack and mean the same by it as the house does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from khue.model.packs import Pack, load_pack
from tests.model.samples import ULID, full_document, spoiled

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"
TYPES = sorted(path.stem for path in (FOLDER / "types").glob("*.yaml"))


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(FOLDER)


@pytest.fixture(scope="session")
def linkml_schema() -> dict[str, Any]:
    """LinkML's closed JSON Schema of the whole pack (about two seconds)."""
    from linkml.generators.jsonschemagen import JsonSchemaGenerator

    generator = JsonSchemaGenerator(str(FOLDER / "pack.yaml"), not_closed=False)
    made: dict[str, Any] = json.loads(generator.serialize())
    return made


def validator_of(schema: dict[str, Any], class_name: str) -> jsonschema_rs.Draft201909Validator:
    return jsonschema_rs.Draft201909Validator(
        {"$defs": schema["$defs"], "$ref": f"#/$defs/{class_name}"}
    )


def test_json_schema_knows_every_type(linkml_schema: dict[str, Any], pack: Pack) -> None:
    assert {one.class_name for one in pack.types.values()} <= set(linkml_schema["$defs"])


@pytest.mark.parametrize("name", TYPES)
def test_both_accept_the_full_document(
    name: str, linkml_schema: dict[str, Any], pack: Pack
) -> None:
    document = full_document(pack, name)
    theirs = validator_of(linkml_schema, pack.types[name].class_name)
    assert [error.message for error in theirs.iter_errors(document)] == []
    assert pack.validate(document) == []


@pytest.mark.parametrize("name", TYPES)
def test_both_refuse_the_same_spoiled_documents(
    name: str, linkml_schema: dict[str, Any], pack: Pack
) -> None:
    theirs = validator_of(linkml_schema, pack.types[name].class_name)
    ours = jsonschema_rs.Draft202012Validator(pack.schema(name))
    document = full_document(pack, name)
    refused = 0
    differing = []
    for path, junk, spoilt in spoiled(document):
        accepted = ours.is_valid(spoilt)
        refused += not accepted
        if accepted != theirs.is_valid(spoilt) and not _by_design(document, path, junk):
            differing.append((path, junk, accepted))
    assert differing == []
    assert refused > 100


def _by_design(document: dict[str, Any], path: str, junk: Any) -> bool:
    """Where the house is stricter: a reference is a ULID (LinkML says: any text), and an open map
    holds texts (LinkML also allows the long form of an entry)."""
    value: Any = document
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value in (ULID, [ULID]) or (value == {"cột lạ": "chữ"} or path.endswith("cột lạ"))


def test_shacl_has_a_closed_shape_for_every_type(pack: Pack) -> None:
    """SHACL generation takes some seconds; it runs once."""
    import rdflib
    from linkml.generators.shaclgen import ShaclGenerator

    graph = rdflib.Graph()
    text = ShaclGenerator(str(FOLDER / "pack.yaml"), closed=True).serialize()
    graph.parse(data=text, format="turtle")
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    shapes = set(graph.subjects(rdflib.RDF.type, shacl.NodeShape))
    assert len(shapes) >= len(pack.types)
    for shape in shapes:
        assert (shape, shacl.property, None) in graph or (shape, shacl["or"], None) in graph


def test_context_maps_the_shared_fields(pack: Pack) -> None:
    from linkml.generators.jsonldcontextgen import ContextGenerator

    context = json.loads(ContextGenerator(str(FOLDER / "pack.yaml")).serialize())["@context"]
    for term in ("name", "place", "description", "designations", "listings"):
        assert term in context
    assert context["name"]["@id"] in ("schema:name", "khue:name", "name")
