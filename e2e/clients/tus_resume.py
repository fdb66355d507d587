"""Uploads a file with tuspy in two sittings: some chunks, then everything else by the upload's URL alone.

usage: tus_resume.py ENDPOINT FILE first CHUNKS   -> prints the upload's URL
       tus_resume.py ENDPOINT FILE rest URL       -> prints the offset it resumed from, then the final one
"""

import sys

from tusclient.client import TusClient

endpoint, path, sitting, argument = sys.argv[1:]
client = TusClient(endpoint)
chunk = 256 * 1024

if sitting == "first":
    uploader = client.uploader(
        path, chunk_size=chunk, metadata={"filename": "from-python.mp4", "filetype": "video/mp4", "title": "From Python"}
    )
    for _ in range(int(argument)):
        uploader.upload_chunk()
    print(uploader.url)
else:
    uploader = client.uploader(path, url=argument, chunk_size=chunk)
    print(uploader.offset)
    uploader.upload()
    print(uploader.offset)
