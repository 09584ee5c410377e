"""Hetzner's own Python client against the local cloud: prints what it saw as one JSON object."""

import json
import os
import sys

from hcloud import APIException, Client
from hcloud.firewalls import FirewallRule
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.placement_groups import PlacementGroup
from hcloud.server_types import ServerType
from hcloud.servers import ServerCreatePublicNetwork

PUBLIC_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1 ops"
)


def refused(call):
    try:
        call()
    except APIException as error:
        return error.code
    return None


def main():
    client = Client(
        token=os.environ["HCLOUD_TOKEN"],
        api_endpoint=os.environ["HCLOUD_ENDPOINT"],
        poll_interval=0.1,
    )
    seen = {}
    key = client.ssh_keys.create(name="ops", public_key=PUBLIC_KEY, labels={"a": "b"})
    firewall = client.firewalls.create(
        name="web",
        rules=[FirewallRule("in", "tcp", ["10.1.2.3/8", "2001:DB8:0:0::1/32"], port="443")],
    ).firewall
    seen["sources"] = firewall.rules[0].source_ips
    address = client.primary_ips.create(
        name="fixed", type="ipv4", location=Location(name="fsn1"), assignee_type="server"
    ).primary_ip
    group = client.placement_groups.create(name="apart", type="spread").placement_group

    created = client.servers.create(
        name="one",
        server_type=ServerType(name="cpx12"),
        image=Image(name="debian-12"),
        location=Location(name="fsn1"),
        ssh_keys=[key],
        labels={"app": "web"},
        user_data="#cloud-config\n",
        firewalls=[firewall],
        placement_group=PlacementGroup(id=group.id),
        public_net=ServerCreatePublicNetwork(ipv4=address, enable_ipv6=True),
    )
    created.action.wait_until_finished()
    for action in created.next_actions:
        action.wait_until_finished()
    server = client.servers.get_by_name("one")
    seen["server"] = {
        "status": server.status,
        "location": server.location.name,
        "ip_is_mine": server.public_net.ipv4.ip == address.ip,
        "group": server.placement_group.name,
        "root_password": created.root_password,
        "firewalls": [one.firewall.id == firewall.id for one in server.public_net.firewalls],
    }
    seen["listed"] = [one.name for one in client.servers.get_all(label_selector="app in (web)")]
    seen["running_resize"] = refused(lambda: server.change_type(ServerType(name="cpx22"), False))
    server.shutdown().wait_until_finished()
    server.power_off().wait_until_finished()
    server.change_type(ServerType(name="cpx22"), upgrade_disk=False).wait_until_finished()
    image = server.create_image(description="before", labels={"k": "v"})
    image.action.wait_until_finished()
    seen["snapshot"] = client.images.get_by_id(image.image.id).status
    server.rebuild(Image(name="debian-13")).action.wait_until_finished()
    server.change_protection(delete=True, rebuild=True).wait_until_finished()
    seen["protected"] = refused(lambda: server.delete())
    server.change_protection(delete=False, rebuild=False).wait_until_finished()
    seen["in_use"] = refused(lambda: firewall.delete())
    server.update(labels={"app": "db"})
    seen["relabelled"] = [one.name for one in client.servers.get_all(label_selector="app=db")]
    server.delete().wait_until_finished()
    seen["gone"] = refused(lambda: client.servers.get_by_id(server.id))
    seen["address_left"] = client.primary_ips.get_by_name("fixed").assignee_id is None
    for left in (firewall, group, key, address):
        left.delete()
    image.image.delete()
    seen["types"] = sorted(one.name for one in client.server_types.get_all())
    seen["currency"] = client._client.request("GET", "/pricing")["pricing"]["currency"]
    json.dump(seen, sys.stdout)


main()
