"""What the checks with Tencent's own SDKs, unmodified, have in common."""

import importlib
import os
import sys

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

ID, KEY = os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"]
REGION = os.environ["TENCENTCLOUD_REGION"]


class Service:
    """A service of Tencent Cloud by the names in its SDK: Service("vpc", "v20170312", "VpcClient")."""

    def __init__(self, name, version, client):
        package = f"tencentcloud.{name}.{version}"
        self.models = importlib.import_module(f"{package}.models")
        self._client = getattr(importlib.import_module(f"{package}.{name}_client"), client)
        variable = f"TENCENTCLOUD_{name.upper()}_ENDPOINT"
        self._protocol, self._host = os.environ[variable].split("://")

    def client(self, secret_id=ID, secret_key=KEY, region=REGION, language="en-US"):
        http = HttpProfile(protocol=self._protocol, endpoint=self._host)
        profile = ClientProfile(httpProfile=http, language=language)
        return self._client(credential.Credential(secret_id, secret_key), region, profile)

    def call(self, of, action, **fields):
        """Calls an action. A field that is a dict, or a list of dicts, becomes the SDK's model."""
        request = getattr(self.models, action + "Request")()
        request._deserialize(fields)
        return getattr(of, action)(request)

    def refused(self, code, of, action, **fields):
        try:
            self.call(of, action, **fields)
        except TencentCloudSDKException as error:
            check(f"{action} is refused: {error.code}: {error.message}", error.code == code)
            check("  with a RequestId", bool(error.requestId))
            return
        check(f"{action} must be refused with {code}", False)


def check(what, holds):
    print(("ok    " if holds else "FAILED ") + what, flush=True)
    if not holds:
        sys.exit(1)
