def handler(event, context):
    """Gets the text that the rule's transform made."""
    print(event)
