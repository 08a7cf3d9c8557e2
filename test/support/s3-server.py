"""
An S3 server for tests: OpenStack Swift with its S3 API, whole, in one process: s3-server.py FOLDER PORT KEY SECRET.

Account, container and object server each with one device below FOLDER, the proxy on PORT of the loopback. What is in
FOLDER is there again after a restart. Needs Debian's python3-swift.
"""

import sys
from array import array
from os import makedirs, path

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi
from paste.deploy import loadapp
from swift.common.ring import RingData
from swift.common.storage_policy import reload_storage_policies
from swift.common import utils

FOLDER, PORT, KEY, SECRET = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]

SWIFT = """
[swift-hash]
swift_hash_path_suffix = test
[storage-policy:0]
name = all
default = yes
"""

STORE = """
[DEFAULT]
devices = {folder}/devices
swift_dir = {folder}
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
[app:main]
use = egg:swift#{kind}
"""

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


def write(name, text):
    file = path.join(FOLDER, name)
    with open(file, "w") as out:
        out.write(text)
    return file


def load(name, text):
    return loadapp("config:" + write(name, text), global_conf={"log_name": name})


class Quiet:
    def write(self, *_):
        pass

    def info(self, *_):
        pass

    def debug(self, *_):
        pass


class Cache:
    """What a proxy remembers for some seconds: users, containers. memcached's part, for one process."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def incr(self, key, delta=1, **_):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]

    def delete(self, key, **_):
        self.values.pop(key, None)


def with_cache(app):
    cache = Cache()

    def answer(env, start_response):
        env["swift.cache"] = cache
        return app(env, start_response)

    return answer


def serve(socket, app):
    eventlet.spawn(wsgi.server, socket, app, log=Quiet(), max_size=200, protocol=protocol)


from swift.common.wsgi import SwiftHttpProtocol as protocol

makedirs(path.join(FOLDER, "devices", "sda"), exist_ok=True)
utils.SWIFT_CONF_FILE = write("swift.conf", SWIFT)
utils.HASH_PATH_SUFFIX = b"test"
utils.validate_hash_conf()
reload_storage_policies()

for kind in ("account", "container", "object"):
    socket = eventlet.listen(("127.0.0.1", 0))
    device = {"id": 0, "zone": 0, "region": 1, "device": "sda", "ip": "127.0.0.1", "port": socket.getsockname()[1]}
    RingData([array("H", [0])], [device], 32).save(path.join(FOLDER, kind + ".ring.gz"))
    serve(socket, load(kind + ".conf", STORE.format(folder=FOLDER, kind=kind)))

account, user = KEY.split(":")
proxy = load("proxy.conf", PROXY.format(folder=FOLDER, account=account, user=user, secret=SECRET))
serve(eventlet.listen(("127.0.0.1", PORT)), with_cache(proxy))
print("ready", flush=True)
eventlet.Event().wait() if hasattr(eventlet, "Event") else eventlet.event.Event().wait()
