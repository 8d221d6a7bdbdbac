"""What the tests' emulators do not know: registries and schemas of EventBridge Schemas, as far as a stack's life asks.

It is no check of what AWS does: it keeps what it is given, by its path, and gives it back.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

REGISTRY = re.compile("/v1/registries/name/([^/]+)$")
SCHEMA = re.compile("/v1/registries/name/([^/]+)/schemas/name/([^/]+)$")
SCHEMAS = re.compile("/v1/registries/name/([^/]+)/schemas$")
ARN = "arn:aws:schemas:eu-west-1:123456789012:"
KEPT = {}


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=None, error=None):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        if error:
            self.send_header("x-amzn-errortype", error)
        self.end_headers()
        self.wfile.write(text)

    def missing(self):
        self.answer(404, {"Message": "it is not there"}, "NotFoundException")

    def named(self, path):
        """The id that a path names, and what it is kept as."""
        if match := SCHEMA.match(path):
            registry, name = map(unquote, match.groups())
            arn = f"{ARN}schema/{registry}/{name}"
            return f"{registry}/{name}", {"SchemaArn": arn, "SchemaName": name, "SchemaVersion": "1"}
        if match := REGISTRY.match(path):
            name = unquote(match.group(1))
            return name, {"RegistryArn": f"{ARN}registry/{name}", "RegistryName": name}
        return None, None

    def handle_call(self):
        path = urlsplit(self.path).path
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        listed = {"/v1/registries": "Registries", "/v1/discoverers": "Discoverers"}
        if path == "/":
            return self.answer(200, {})
        if self.command == "GET" and path in listed:
            there = [one for key, one in KEPT.items() if "/" not in key and path == "/v1/registries"]
            return self.answer(200, {listed[path]: there})
        if match := SCHEMAS.match(path):
            within = unquote(match.group(1)) + "/"
            return self.answer(200, {"Schemas": [one for key, one in KEPT.items() if key.startswith(within)]})
        if path.startswith("/tags/"):
            arn = unquote(path.removeprefix("/tags/"))
            of = [one for one in KEPT.values() if arn in (one.get("SchemaArn"), one.get("RegistryArn"))]
            for one in of:
                one["tags"].update(body.get("tags", {}))
            return self.answer(204) if of else self.missing()
        key, made = self.named(path)
        if key is None:
            return self.missing()
        if self.command == "POST":
            KEPT[key] = {"tags": {}, **made, **body}
            return self.answer(201, KEPT[key])
        if key not in KEPT:
            return self.missing()
        if self.command == "PUT":
            KEPT[key].update(body)
        if self.command == "DELETE":
            del KEPT[key]
            return self.answer(204)
        return self.answer(200, KEPT[key])

    do_GET = do_POST = do_PUT = do_DELETE = handle_call

    def log_message(self, *_):
        pass


def main():
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Api).serve_forever()
