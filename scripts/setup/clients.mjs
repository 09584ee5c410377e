// Real clients and the providers' descriptions of their APIs, with which the contract tests check
// the local cloud, and what checks the roles and the workflows. Aura itself does not need them: what is
// unavailable is reported in one line, and its tests are skipped with a reason.
import { setUpHcloudCli, setUpPromtool } from './clients-debian.mjs';
import { setUpActionlint, setUpStripeOpenapi } from './clients-go.mjs';
import { setUpGithubOpenapi, setUpStripeCli } from './clients-npm.mjs';
import { say } from './parts.mjs';
import { setUpAnsibleLint, setUpClientsPython, setUpSchemathesis, setUpZizmor } from './python.mjs';

const clients = [
  {
    tool: 'hcloudCli',
    what: "Hetzner's command line",
    remedy: 'run on Debian 12, with its archive in reach',
    make: setUpHcloudCli,
  },
  {
    tool: 'clientsPython',
    what: "Hetzner's and Tailscale's Python clients",
    remedy: 'install python3 (3.11 or newer), and run where its packages can be reached',
    make: setUpClientsPython,
  },
  {
    tool: 'githubOpenapi',
    what: "the description of GitHub's API",
    remedy: 'run where the npm packages can be reached',
    make: setUpGithubOpenapi,
  },
  {
    tool: 'stripeCli',
    what: "Stripe's command line",
    remedy: 'run on Linux with an x64 processor, where the npm packages can be reached',
    make: setUpStripeCli,
  },
  {
    tool: 'stripeOpenapi',
    what: "the description of Stripe's API",
    remedy: 'install go (1.25 or newer), and run where its modules can be reached',
    make: setUpStripeOpenapi,
  },
  {
    tool: 'ansibleLint',
    what: 'ansible-lint',
    remedy: 'install python3 (3.11 or newer), and run where its packages can be reached',
    make: setUpAnsibleLint,
  },
  {
    tool: 'actionlint',
    what: 'actionlint',
    remedy: 'install go (1.25 or newer), and run where its modules can be reached',
    make: setUpActionlint,
  },
  {
    tool: 'promtool',
    what: "Prometheus' promtool",
    remedy: 'run on Debian 12, with its archive in reach',
    make: setUpPromtool,
  },
  {
    tool: 'schemathesis',
    what: 'schemathesis',
    remedy: 'install python3 (3.11 or newer), and run where its packages can be reached',
    make: setUpSchemathesis,
  },
  {
    tool: 'zizmor',
    what: 'zizmor',
    remedy: 'run on Linux with an x64 processor, where the Python packages can be reached',
    make: setUpZizmor,
  },
];

/** Resolves to the path of each, by the tool's name. They are fetched in parallel. */
export async function setUpClients(wanted = clients) {
  return Object.fromEntries(await Promise.all(wanted.map(placeOf)));
}

async function placeOf({ tool, what, remedy, make }) {
  try {
    return [tool, await make()];
  } catch (error) {
    const reason = error.message.split('\n', 1)[0];
    say(`leaves out ${what} (${reason}); to have its tests run: ${remedy}`);
    // Listed as undefined, so that a path that was recorded before is dropped.
    return [tool, undefined];
  }
}
