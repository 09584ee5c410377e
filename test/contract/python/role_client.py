"""AWS's own Python client: assumes the role by a file with an ID token, and uses the bucket."""

import json
import os

import boto3
from botocore.exceptions import ClientError

bucket = os.environ["AURA_STATE_BUCKET"]
odd = "f/ü + & a=b/(c)*'~.tfstate"
s3 = boto3.client("s3")
seen = {}


def code_of(call):
    try:
        call()
        return "done"
    except ClientError as error:
        return error.response["Error"]["Code"]


seen["list"] = code_of(lambda: s3.list_objects_v2(Bucket=bucket, Prefix="f/ü +"))
seen["put"] = code_of(lambda: s3.put_object(Bucket=bucket, Key=odd, Body=b"x" * 70_000))
seen["get"] = code_of(lambda: s3.get_object(Bucket=bucket, Key=odd)["Body"].read())
seen["delete"] = code_of(lambda: s3.delete_object(Bucket=bucket, Key=odd))
print(json.dumps(seen))
