"""What schemathesis has to know of this API beyond its document."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream", "application/sdp", "application/trickle-ice-sdpfrag")
def as_it_is(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
