#!/usr/bin/env python3
"""Asks the sandbox's registries what they must answer, with nothing but Python's own library:

    tcr-sandbox --account sandbox/accounts/everything.yaml -- python3 registry-check.py
"""

import base64
import hashlib
import http.client
import json
import os
import re
import sys
import time

CCR = os.environ["CCR_HOST"].split(",")[0]
HONGKONG = os.environ["CCR_HOST"].split(",")[1]
TCR = os.environ["TCR_SANDBOX_TCR_HOST"]
CONTROL = os.environ["TCR_SANDBOX_CONTROL"].removeprefix("http://")
AUTHS = json.load(open(os.path.join(os.environ["DOCKER_CONFIG"], "config.json")))["auths"]
LENIENT = [host for host in AUTHS if host not in (CCR, TCR, HONGKONG)][0]
REPO, KIND = "kinds/all", "application/vnd.oci.image.manifest.v1+json"


def check(what, holds):
    print(("ok    " if holds else "FAILED ") + what, flush=True)
    if not holds:
        sys.exit(1)


def ask(host, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(host, timeout=20)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.data = response.read()
    connection.close()
    return response


def token(host, *scopes, auth=True):
    query = "&".join("scope=" + scope for scope in scopes)
    headers = {"Authorization": "Basic " + AUTHS[host]["auth"]} if auth is True else auth or {}
    return ask(host, "GET", "/service/token?service=x&" + query, **headers)


def bearer(host, repository, actions="pull,push", auth=True, more=()):
    answer = token(host, f"repository:{repository}:{actions}", *more, auth=auth)
    return {"Authorization": "Bearer " + json.loads(answer.data)["token"]}


def error(answer):
    return json.loads(answer.data)["errors"][0]["code"]


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def control(verb, at, **fields):
    return json.loads(ask(CONTROL, verb, at, json.dumps(fields) if fields else None).data)


# Logging in.
for host, service in ((CCR, "token-service"), (HONGKONG, "harbor-registry"), (TCR, "harbor-registry")):
    challenge = ask(host, "GET", "/v2/").headers["WWW-Authenticate"]
    check(f"challenge {challenge}", challenge == f'Bearer realm="http://{host}/service/token",service="{service}"')
check("a wrong password is refused", token(CCR, auth={"Authorization": "Basic eDp5"}).status == 401)
check("a refresh token isn't understood", ask(CCR, "POST", "/service/token", "grant_type=x").status == 405)
me = bearer(CCR, REPO)
check("a bearer opens /v2/", ask(CCR, "GET", "/v2/", **me).status == 200)
other = ask(CCR, "GET", "/v2/broken/all/tags/list", **me)
check("not another repository", other.status == 401 and "insufficient_scope" in other.headers["WWW-Authenticate"])
nobody = bearer(CCR, REPO, auth=None)
check("anybody pulls what is public", ask(CCR, "GET", f"/v2/{REPO}/tags/list", **nobody).status == 200)
check("but doesn't push", ask(CCR, "POST", f"/v2/{REPO}/blobs/uploads/", **nobody).status == 401)
nobody = bearer(CCR, "broken/all", auth=None)
check("nor pulls what isn't", ask(CCR, "GET", "/v2/broken/all/tags/list", **nobody).status == 401)
nobody = bearer(TCR, "open/web", auth=None)
check("in TCR the namespace is public", ask(TCR, "HEAD", "/v2/open/web/manifests/v1", **nobody).status == 200)

# Reading: every kind of manifest, whole and byte by byte.
tags = json.loads(ask(CCR, "GET", f"/v2/{REPO}/tags/list", **me).data)["tags"]
check(f"tags in lexical order: {len(tags)}", tags == sorted(tags) and len(tags) == 14)


def walk(reference, seen):
    answer = ask(CCR, "GET", f"/v2/{REPO}/manifests/{reference}", **me)
    assert answer.status == 200, (reference, answer.status)
    manifest, digest = json.loads(answer.data), answer.headers["Docker-Content-Digest"]
    if "signatures" not in manifest:
        algorithm, hex = digest.split(":")
        assert hashlib.new(algorithm, answer.data).hexdigest() == hex, reference
    seen.append(answer.headers["Content-Type"])
    for child in manifest.get("manifests", []):
        walk(child["digest"], seen)
    blobs = manifest.get("layers", []) + ([manifest["config"]] if "config" in manifest else [])
    blobs += [{"digest": layer["blobSum"]} for layer in manifest.get("fsLayers", [])]
    for blob in blobs:
        data = ask(CCR, "GET", f"/v2/{REPO}/blobs/{blob['digest']}", **me).data
        algorithm, hex = blob["digest"].split(":")
        assert hashlib.new(algorithm, data).hexdigest() == hex, (reference, blob)
        assert blob.get("size", len(data)) == len(data), (reference, blob)


for tag in tags:
    seen = []
    walk(tag, seen)
    check(f"{tag[:20]} is whole: {len(seen)} manifests, {seen[0]}", True)

image = json.loads(ask(CCR, "GET", f"/v2/{REPO}/manifests/image", **me).data)
layer, config = image["layers"][1], image["config"]["digest"]
path = f"/v2/{REPO}/blobs/{layer['digest']}"
whole = ask(CCR, "GET", path, **me).data
for asked, start, end in (("5000-", 5000, None), ("5000-5999", 5000, 6000), ("0-0", 0, 1)):
    part = ask(CCR, "GET", path, Range="bytes=" + asked, **me)
    check(f"range {asked}: {part.headers['Content-Range']}", part.status == 206 and part.data == whole[start:end])
check("a range beyond the end is 416", ask(CCR, "GET", path, Range="bytes=200000-", **me).status == 416)
head = ask(CCR, "HEAD", path, **me)
check("HEAD tells the size", head.headers["Content-Length"] == "200000" and head.data == b"")
page = ask(CCR, "GET", f"/v2/{REPO}/tags/list?n=10", **me)
link = re.match(r"<(.*)>; rel=\"next\"", page.headers["Link"])[1]
rest = ask(CCR, "GET", link, **me)
check("tags come in pages", json.loads(page.data)["tags"] + json.loads(rest.data)["tags"] == tags and not rest.headers["Link"])
check("CCR has no referrers API", ask(CCR, "GET", f"/v2/{REPO}/referrers/{config}", **me).status == 404)

# What is broken at the source.
repo = "broken/all"
me = bearer(CCR, repo)


def last_blob(tag):
    manifest = json.loads(ask(CCR, "GET", f"/v2/{repo}/manifests/{tag}", **me).data)
    layer = manifest["layers"][-1]
    return layer, ask(CCR, "GET", f"/v2/{repo}/blobs/{layer['digest']}", **me)


check("blob-missing", last_blob("blob-missing")[1].status == 404)
check("wrong-size", len(last_blob("wrong-size")[1].data) == 1999)
blob, answer = last_blob("wrong-bytes")
check("wrong-bytes", len(answer.data) == 2000 and sha256(answer.data) != blob["digest"])
check("manifest-too-large", len(ask(CCR, "GET", f"/v2/{repo}/manifests/manifest-too-large", **me).data) > 4 << 20)
check("manifest-missing", ask(CCR, "HEAD", f"/v2/{repo}/manifests/manifest-missing", **me).status == 404)

# Faults.
me = bearer(CCR, "many/repo-001")
started = time.time()
manifest = json.loads(ask(CCR, "GET", "/v2/many/repo-001/manifests/build-100", **me).data)
check(f"100 announced images were made in {time.time() - started:.2f} s", True)
blob = f"/v2/many/repo-001/blobs/{manifest['config']['digest']}"
answers = [ask(CCR, "GET", blob, **me) for _ in range(3)]
check("two faults with Retry-After, then the blob", [a.status for a in answers] == [503, 503, 200] and answers[0].headers["Retry-After"] == "1")
control("POST", "/faults", registry="ccr", path="**/blobs/*", cut_after=1000, times=1)
layer = f"/v2/many/repo-001/blobs/{manifest['layers'][-1]['digest']}"
try:
    ask(CCR, "GET", layer, **me)
    check("the connection is cut", False)
except http.client.IncompleteRead as cut:
    check("the connection is cut after 1000 bytes", len(cut.partial) == 1000)

# Pushing to TCR.
repo = "shop/new/web"


def pushing(repository=repo, host=TCR, more=()):
    return bearer(host, repository, more=more)


def upload(data, repository=repo, host=TCR, digest=None, chunks=1):
    me = pushing(repository, host)
    where = ask(host, "POST", f"/v2/{repository}/blobs/uploads/", **me).headers["Location"]
    if chunks > 1:
        half = len(data) // 2
        patched = ask(host, "PATCH", where, data[:half], Content_Range=f"0-{half - 1}", **me)
        assert patched.status == 202 and patched.headers["Range"] == f"0-{half - 1}"
        wrong = ask(host, "PATCH", where, data[half:], Content_Range="1-2", **me)
        assert wrong.status == 416
        state = ask(host, "GET", where, **me)
        assert state.status == 204 and state.headers["Range"] == f"0-{half - 1}"
        where, data = patched.headers["Location"], data[half:]
        where = ask(host, "PATCH", where, data, **me).headers["Location"]
        data = b""
    return ask(host, "PUT", f"{where}&digest={digest}", data, **me)


def put(reference, manifest, kind=KIND, repository=repo, host=TCR):
    data = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    return ask(host, "PUT", f"/v2/{repository}/manifests/{reference}", data, Content_Type=kind, **pushing(repository, host))


data = os.urandom(100_000)
check("wrong content is refused", error(upload(data, digest=sha256(b""))) == "DIGEST_INVALID")
check("and not kept", ask(TCR, "HEAD", f"/v2/{repo}/blobs/{sha256(b'')}", **pushing()).status == 404)
descriptor = {"mediaType": "application/octet-stream", "digest": sha256(data), "size": len(data)}
empty = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": sha256(b"{}"), "size": 2}
manifest = {"schemaVersion": 2, "mediaType": KIND, "config": empty, "layers": [descriptor]}
check("a manifest before its blobs is refused", error(put("v1", manifest)) == "MANIFEST_BLOB_UNKNOWN")
check("a blob in chunks", upload(data, digest=sha256(data), chunks=2).status == 201)
check("a blob at once", upload(b"{}", digest=sha256(b"{}")).status == 201)
long = "sha512:" + hashlib.sha512(data).hexdigest()
check("a blob by sha512", upload(data, digest=long).status == 201)
check("it comes back", ask(TCR, "GET", f"/v2/{repo}/blobs/{sha256(data)}", **pushing()).data == data)
check("its first image", put("v1", manifest).status == 201)
check("the same again", put("v1", manifest).status == 201)
answer = put("v1", {**manifest, "layers": []})
check(f"an immutable tag: {answer.data.decode()}", answer.status == 412 and "configured as immutable" in answer.data.decode())
check("other tags may move", put("edge", manifest).status == put("edge", {**manifest, "layers": []}).status == 201)
index = {"schemaVersion": 2, "manifests": [{"mediaType": KIND, "digest": sha256(b"x"), "size": 1}]}
check("an index before its children is refused", error(put("index", index, "application/vnd.oci.image.index.v1+json")) == "MANIFEST_UNKNOWN")
check("an unknown type is taken", put("odd", {"config": empty}, "application/vnd.unheard.of+json").status == 201)
check("schema 1 is taken", put("old", {"schemaVersion": 1, "fsLayers": [{"blobSum": sha256(data)}]}, "application/vnd.docker.distribution.manifest.v1+json").status == 201)
check("more than 4 MiB is refused", put("large", b" " * ((4 << 20) + 1)).status == 413)
check("a digest that isn't", error(put(sha256(b""), manifest)) == "DIGEST_INVALID")
subject = {"mediaType": KIND, "digest": sha256(json.dumps(manifest).encode()), "size": len(json.dumps(manifest))}
answer = put("sbom", {**manifest, "artifactType": "text/x", "subject": subject})
check("a subject is noticed", answer.headers["OCI-Subject"] == subject["digest"])
referrers = ask(TCR, "GET", f"/v2/{repo}/referrers/{subject['digest']}?artifactType=text/x", **pushing())
check("and listed", len(json.loads(referrers.data)["manifests"]) == 1 and referrers.headers["OCI-Filters-Applied"])
other = "shop/other"
mount = f"/v2/{other}/blobs/uploads/?mount={sha256(data)}&from="
both = pushing(other, more=[f"repository:{repo}:pull"])
check("known content must be right too", error(upload(b"x" * 10, digest=sha256(data))) == "DIGEST_INVALID")
control("POST", "/faults", registry="tcr", method="PUT", path="**/blobs/uploads/*", cut_after=50_000, times=1)
try:
    upload(data, other, digest=sha256(data))
    check("the upload is cut", False)
except OSError as cut:
    check(f"an upload is cut: {type(cut).__name__}", True)
check("and nothing kept", ask(TCR, "HEAD", f"/v2/{other}/blobs/{sha256(data)}", **pushing(other)).status == 404)
check("CCR takes pushes too", upload(data, "broken/all", CCR, sha256(data)).status == 201)
control("POST", "/faults", registry="ccr", path="/v2/", delay_ms=300, times=1)
started = time.time()
check("an answer that comes late", ask(CCR, "GET", "/v2/").status == 401 and time.time() - started >= 0.3)
both = pushing(other, more=[f"repository:{repo}:pull"])
check("a mount", ask(TCR, "POST", mount + repo, **both).status == 201)
check("held already", ask(TCR, "POST", mount + other, **both).status == 201)
check("a mount without the right to pull is an upload", ask(TCR, "POST", mount + repo, **pushing(other)).status == 202)
check("so is one from nowhere", ask(TCR, "POST", mount + "shop/none", **both).status == 202)
answer = ask(TCR, "POST", "/v2/none/web/blobs/uploads/", **pushing("none/web"))
check(f"no namespace, no push: {answer.data.decode()}", answer.status == 404)
old = pushing()
time.sleep(2.1)
answer = ask(TCR, "GET", f"/v2/{repo}/tags/list", **old)
check("a bearer expires", answer.status == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"])
old = bearer(CCR, REPO)
control("POST", "/revoke-bearers")
check("or is revoked", ask(CCR, "GET", f"/v2/{REPO}/tags/list", **old).status == 401)

# The lenient instance, which mounts nothing, and the control server.
check("a lenient registry takes anything", put("torn", manifest, repository="shop/web", host=LENIENT).status == 201)
upload(data, "shop/web", LENIENT, sha256(data))
mount = f"/v2/shop/web/blobs/uploads/?mount={sha256(data)}&from=shop/web"
check("no mounts", ask(LENIENT, "POST", mount, **bearer(LENIENT, "shop/web")).status == 202)
stats = control("GET", "/stats")
check(f"dangling {stats['dangling']}, {stats['mounts']} mount", stats["dangling"] == ["shop/web:torn"] and stats["mounts"] == 1)
secrets = control("GET", "/secrets")
check(f"{len(secrets)} secrets", os.environ["TENCENTCLOUD_SECRET_KEY"] in secrets and "ccr-password-1" in secrets)
pushed = control("POST", "/push", registry="ccr", repository="fresh/app", tag="v9", kind="index", layers=["base"], pushed="2025-01-01T00:00:00Z")
check("an image is put there", len(pushed["tags"]) == 1)
mine = lambda: [i for i in control("GET", "/images") if i["repository"] == "fresh/app"]
check("and shown", mine()[0]["complete"] and mine()[0]["pushed"] == "2025-01-01T00:00:00Z")
fresh = bearer(CCR, "fresh/app")
child = json.loads(ask(CCR, "GET", "/v2/fresh/app/manifests/v9", **fresh).data)["manifests"][-1]["digest"]
blob = json.loads(ask(CCR, "GET", f"/v2/fresh/app/manifests/{child}", **fresh).data)["layers"][0]["digest"]
control("POST", "/delete-blob", registry="ccr", repository="fresh/app", digest=blob)
check("without a blob it isn't whole", not mine()[0]["complete"])
started = time.time()
check(f"{len(control('GET', '/images'))} images listed in {time.time() - started:.2f} s", True)
control("POST", "/stats/reset")
check("the counts start over", control("GET", "/stats")["ccr"] == {})
