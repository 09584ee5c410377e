#!/usr/bin/python
"""Writes several files in one call: each task of its own would take a connection and a Python."""

from __future__ import annotations

import grp
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: aura_files
short_description: Writes several files of root
description:
  - Writes the files whose content, mode or group differs, each as a whole, and makes their folders.
options:
  folders:
    description: Folders, made in this order.
    type: list
    elements: dict
    default: []
    suboptions:
      path: {description: Its place., type: path, required: true}
      mode: {description: Octal., type: str, default: "0755"}
      group: {description: Its group., type: str, default: root}
  files:
    description: Files. The folders above them are made where they are missing.
    type: list
    elements: dict
    default: []
    suboptions:
      path: {description: Its place., type: path, required: true}
      content: {description: All of its text., type: str, required: true}
      mode: {description: Octal., type: str, default: "0644"}
      group: {description: Its group., type: str, default: root}
      validate: {description: A command that has to accept the file, with %s for its path., type: str}
author: Aura
"""

EXAMPLES = r"""
- name: Write a file
  aura_files:
    files:
      - {path: /etc/example, content: "text\n", mode: "0600"}
"""

RETURN = r"""
written:
  description: Paths of what was written or changed.
  returned: always
  type: list
  elements: str
"""


def owned(path, mode, gid, check):
    """Sets owner and mode of what exists; whether they differed."""
    found = os.lstat(path)
    if (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (0, gid, mode):
        return False
    if not check:
        os.chown(path, 0, gid)
        os.chmod(path, mode)
    return True


def make_folder(module, path, mode, gid):
    if os.path.isdir(path):
        return owned(path, mode, gid, module.check_mode)
    if not module.check_mode:
        os.makedirs(path, mode=0o755)
        owned(path, mode, gid, False)
    return True


def write_file(module, one, gid):
    path, content = one["path"], one["content"].encode()
    mode = int(one["mode"], 8)
    if os.path.isfile(path) and not os.path.islink(path):
        with open(path, "rb") as there:
            if there.read() == content:
                return owned(path, mode, gid, module.check_mode)
    if module.check_mode:
        return True
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    # Beside its place, so that it is moved there as a whole.
    handle, part = tempfile.mkstemp(prefix=".aura-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        owned(part, mode, gid, False)
        if one["validate"]:
            code, out, err = module.run_command(one["validate"].replace("%s", part))
            if code != 0:
                module.fail_json(msg=f"{path} is refused: {err or out}")
        os.rename(part, path)
    finally:
        if os.path.exists(part):
            os.unlink(part)
    return True


def main():
    place = {"path": {"type": "path", "required": True}, "group": {"type": "str", "default": "root"}}
    folder = {**place, "mode": {"type": "str", "default": "0755"}}
    file = {
        **place,
        "mode": {"type": "str", "default": "0644"},
        "content": {"type": "str", "required": True},
        "validate": {"type": "str"},
    }
    module = AnsibleModule(
        argument_spec={
            "folders": {"type": "list", "elements": "dict", "default": [], "options": folder},
            "files": {"type": "list", "elements": "dict", "default": [], "options": file},
        },
        supports_check_mode=True,
    )
    written = []
    for one in module.params["folders"]:
        gid = grp.getgrnam(one["group"]).gr_gid
        if make_folder(module, one["path"], int(one["mode"], 8), gid):
            written.append(one["path"])
    for one in module.params["files"]:
        if write_file(module, one, grp.getgrnam(one["group"]).gr_gid):
            written.append(one["path"])
    module.exit_json(changed=len(written) > 0, written=written)


if __name__ == "__main__":
    main()
