/**
 * Ansible's output plugin, written beside the play: one JSON object a line, only what is read. The
 * other fields of a result may contain whole files. Ansible has censored results of `no_log` tasks
 * before the plugin gets them.
 */
export const callbackName = 'aura_report';

export const callbackSource = `DOCUMENTATION = '''
name: ${callbackName}
type: stdout
short_description: one JSON object a line
description: Reports tasks that changed something, failures and totals.
'''

import json

from ansible.plugins.callback import CallbackBase

# A cause comes first, and what a program said last.
HEAD_MAX = 300
TAIL_MAX = 1700


def cut(text):
    return text if len(text) <= HEAD_MAX + TAIL_MAX else text[:HEAD_MAX] + " … " + text[-TAIL_MAX:]


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "${callbackName}"

    def say(self, event, **fields):
        print(json.dumps({"event": event, **fields}), flush=True)

    def report(self, event, result):
        found = getattr(result, "result", None) or result._result
        task = getattr(result, "task", None) or result._task
        parts = [one for one in found.get("results", []) if isinstance(one, dict) and one.get("failed")]
        failed = parts[0] if parts else found
        fields = {key: cut(str(failed[key])) for key in ("msg", "stderr", "stdout") if failed.get(key)}
        self.say(event, task=task.get_name(), action=task.action, **fields)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if not ignore_errors:
            self.report("failed", result)

    def v2_runner_on_unreachable(self, result):
        self.report("unreachable", result)

    def v2_runner_on_ok(self, result):
        found = getattr(result, "result", None) or result._result
        if found.get("changed"):
            task = getattr(result, "task", None) or result._task
            self.say("changed", task=task.get_name())

    def v2_playbook_on_no_hosts_matched(self):
        self.say("noHosts")

    def v2_playbook_on_stats(self, stats):
        sums = {name: sum(getattr(stats, name).values()) for name in ("ok", "changed", "failures", "dark")}
        self.say("stats", **sums)
`;
