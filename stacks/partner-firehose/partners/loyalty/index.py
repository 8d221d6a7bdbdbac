"""All that this partner writes: what comes is as published, and what goes back is an answer."""


def handler(events, context):
    return [answer(event) for event in events]


def answer(event):
    customer = event["data"]
    if not customer.get("mail"):
        return {"event": customer["id"], "status": "rejected", "reason": "there is nobody to write to"}
    return {"event": customer["id"], "status": "accepted", "reason": f"{event['type']} of {customer['customer']}"}
