#!/usr/bin/python3
"""Reports once on the agent of this host to the service, signed with the host's own key.

usage: aura-heartbeat [SETTINGS]

SETTINGS, by default /etc/aura/heartbeat.json, has the address, the key, and the port of the gateway.
What cannot be read is reported as not well; nothing of the agent's own output is sent.
"""

import hashlib
import hmac
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

PURPOSE = "aura.dev/heartbeat"
STATES = ("active", "activating", "deactivating", "failed", "inactive")
LIMIT_SECONDS = 8
ANSWER_BYTES_MAX = 4 * 1024 * 1024


def output(*command):
    """What a command prints; empty where it does not end well."""
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=LIMIT_SECONDS, check=True, text=True
        )
        return done.stdout
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""


def parsed(text):
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def content(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(65536)
    except (OSError, ValueError):
        return ""


def unit():
    shown = output("systemctl", "show", "openclaw.service", "--property=ActiveState,NRestarts")
    fields = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    state, restarts = fields.get("ActiveState"), fields.get("NRestarts", "")
    return {
        "state": state if state in STATES else "unknown",
        "restarts": int(restarts) if restarts.isdecimal() else 0,
    }


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def containers():
    """By Docker's own API: its command line would need more memory than all of this."""
    connection = http.client.HTTPConnection("localhost", timeout=LIMIT_SECONDS)
    try:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(LIMIT_SECONDS)
        connection.sock.connect("/run/docker.sock")
        connection.request("GET", "/containers/json?all=true")
        listed = json.loads(connection.getresponse().read(ANSWER_BYTES_MAX))
        states = [(one["State"], one["Status"]) for one in listed]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()
    failing = [one for one in states if one[0] == "restarting" or "(unhealthy)" in one[1]]
    return {
        "running": sum(1 for state, _ in states if state == "running"),
        "unhealthy": len(failing),
    }


def memory():
    lines = [line.split() for line in content("/proc/meminfo").splitlines()]
    kilobytes = {line[0]: int(line[1]) for line in lines if len(line) > 1 and line[1].isdecimal()}
    total, free = kilobytes.get("MemTotal:", 0), kilobytes.get("MemAvailable:", 0)
    return {"totalMb": total // 1024, "freeMb": free // 1024}


def disk():
    try:
        found = os.statvfs("/")
    except OSError:
        return {"totalMb": 0, "freeMb": 0}
    megabytes = lambda blocks: blocks * found.f_frsize // 1024**2  # noqa: E731
    return {"totalMb": megabytes(found.f_blocks), "freeMb": megabytes(found.f_bavail)}


def tailnet():
    status = parsed(output("tailscale", "status", "--json", "--peers=false"))
    own = status.get("Self")
    is_online = isinstance(own, dict) and own.get("Online") is True
    return status.get("BackendState") == "Running" and is_online


def version():
    found = parsed(content("/etc/aura/configured.json")).get("openclaw_version")
    return found if isinstance(found, str) else None


def report(port):
    return {
        "unit": unit(),
        "answers": answers(port),
        "containers": containers(),
        "memory": memory(),
        "disk": disk(),
        "openclaw": version(),
        "rebootPending": os.path.exists("/run/reboot-required"),
        "tailnet": tailnet(),
    }


def send(settings, body):
    """Status and date of the answer. It follows no redirect, and uses no proxy."""
    url = urlsplit(settings["url"])
    agent, sent_at = settings["agent"], str(int(time.time()))
    signed = f"{PURPOSE}\n{agent}\n{sent_at}\n".encode() + body
    signature = hmac.new(settings["key"].encode(), signed, hashlib.sha256).hexdigest()
    if url.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            url.hostname, url.port, timeout=LIMIT_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=LIMIT_SECONDS)
    path = f"{url.path.rstrip('/')}/v1/agents/{agent}/heartbeat"
    headers = {
        "Content-Type": "application/json",
        "Aura-Sent-At": sent_at,
        "Aura-Signature": signature,
    }
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Date", "")
    finally:
        connection.close()


def difference(date):
    """How far this clock is from the service's: a heartbeat of another time is refused."""
    try:
        return f"; the clock of this host is {time.time() - parsedate_to_datetime(date).timestamp():+.0f} s off"
    except (TypeError, ValueError):
        return ""


def main():
    settings = json.loads(content(sys.argv[1] if len(sys.argv) > 1 else "/etc/aura/heartbeat.json"))
    body = json.dumps(report(int(settings["gateway_port"]))).encode()
    try:
        status, date = send(settings, body)
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"<4>the service was not reached: {type(error).__name__}: {error}")
    if status != 204:
        sys.exit(f"<4>the service answered {status}{difference(date)}")


if __name__ == "__main__":
    main()
