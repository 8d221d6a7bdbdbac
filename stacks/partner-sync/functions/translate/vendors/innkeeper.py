"""Innkeeper: {"rooms": [{"roomId", "title", "state", "priceCents"}], "next"}."""

STATES = {"vacant": "free", "occupied": "let", "blocked": "closed"}


def page(body):
    units = [
        {
            "id": str(room["roomId"]),
            "title": room["title"],
            "state": STATES.get(room["state"], "closed"),
            "price": room["priceCents"],
        }
        for room in body.get("rooms", [])
    ]
    return {"units": units, "cursor": body.get("next") or ""}
