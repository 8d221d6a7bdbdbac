"""Roomly: {"data": [{"uid", "attributes": {"name", "available", "rate"}}], "links": {"cursor"}}."""


def page(body):
    units = [
        {
            "id": entry["uid"],
            "title": entry["attributes"]["name"],
            "state": "free" if entry["attributes"]["available"] else "let",
            "price": round(float(entry["attributes"]["rate"]) * 100),
        }
        for entry in body.get("data", [])
    ]
    return {"units": units, "cursor": body.get("links", {}).get("cursor") or ""}
