"""What schemathesis has to know of this API beyond its document."""

import json
import os
import zlib

import schemathesis

# What is there to be asked for, by the path before the parameter that names it.
KNOWN = json.loads(os.environ.get("CONTRACT_KNOWN", "{}"))


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    """Names what is there, three times out of four: what is not there is soon answered. What is deleted is not there
    for what comes after it."""
    operation = ctx.operation
    if not path_parameters or operation.method.upper() == "DELETE":
        return path_parameters
    if zlib.crc32(repr(sorted(path_parameters.items(), key=str)).encode()) % 4 == 0:
        return path_parameters
    before = ""
    for part in operation.path.split("/")[1:]:
        if part.startswith("{") and part.endswith("}") and before in KNOWN:
            path_parameters[part[1:-1]] = KNOWN[before]
        before += f"/{part}"
    return path_parameters


@schemathesis.serializer("application/offset+octet-stream", "application/sdp", "application/trickle-ice-sdpfrag")
def as_it_is(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
