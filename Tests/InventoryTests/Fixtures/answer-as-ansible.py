"""Answers as `ansible-inventory` does, for many inventories in one process, because each start of it takes half a second.

A line of the input is one question, as JSON: "sources" (paths), and "host", "graph" or "hosts" (a pattern) where the
answer is not that of `--list`. A line of the output is its answer, in the same order: {"answer": the text}, or
{"refused": "why"} where the command would end with an error.
"""
import json
import os
import sys

os.environ["ANSIBLE_CONFIG"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ansible.cfg")

from ansible import context
from ansible.cli.inventory import InventoryCLI
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.vars import host_group_vars
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

cli = InventoryCLI(["ansible-inventory", "--list"])
cli.parse()
# Only what is printed counts here, not what is told beside it.
for name in ("display", "warning", "deprecated"):
    setattr(Display, name, lambda self, *arguments, **options: None)
causes = []
Display.error_as_warning = lambda self, msg, exception, *_, **options: causes.append(exception.__cause__ or exception)


def answer(question):
    for cache in (host_group_vars.FOUND, host_group_vars.NAK, host_group_vars.CANONICAL_PATHS):
        cache.clear()
    cli.loader = DataLoader()
    cli.inventory = InventoryManager(loader=cli.loader, sources=question["sources"])
    cli.vm = VariableManager(loader=cli.loader, inventory=cli.inventory, version_info={})
    if "graph" in question:
        return cli.inventory_graph() + "\n"
    if "host" in question:
        hosts = cli.inventory.get_hosts(question["host"])
        if len(hosts) != 1:
            raise ValueError("no single host")
        return cli.dump(cli._get_host_variables(host=hosts[0])) + "\n"
    if "hosts" in question:
        cli.inventory.subset(question["hosts"])
        return "".join(host.name + "\n" for host in cli.inventory.get_hosts("all"))
    return cli.dump(cli.json_inventory(cli._get_group("all"))) + "\n"


for line in sys.stdin:
    try:
        # Half a character is printed as a question mark, as the command does.
        reply = {"answer": answer(json.loads(line)).encode("utf-8", "replace").decode("utf-8")}
    except Exception as error:
        reply = {"refused": "; ".join(str(cause) for cause in causes or [error])}
    causes.clear()
    print(json.dumps(reply))
