"""A page of a partner's API in our shape: {"units": [...], "cursor": "...", "more": false}."""
from vendors import innkeeper, roomly

VENDORS = {"innkeeper": innkeeper, "roomly": roomly}


def handler(event, context):
    page = VENDORS[event["vendor"]].page(event["body"])
    # Two partners may call different things the same.
    units = [{**unit, "id": f"{event['partner']}/{unit['id']}"} for unit in page["units"]]
    return {"units": units, "cursor": page["cursor"], "more": bool(page["cursor"])}
