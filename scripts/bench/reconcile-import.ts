/** Many files into one commit, as fast as git takes them. https://git-scm.com/docs/git-fast-import */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Import = {
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly subject: string;
};

/** One commit on the branch, which need not exist. */
export async function importFiles(gitDir: string, branch: string, { files, subject }: Import) {
  const child = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const from = branch === 'main' ? `from refs/heads/main^0\n` : '';
  const who = 'Aura <aura@localhost> 1767225600 +0000';
  await write(`commit refs/heads/${branch}\ncommitter ${who}\n${data(subject)}${from}`);
  for (const [path, text] of files) await write(`M 100644 inline ${path}\n${data(text)}`);
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import exited with ${code}`);
}
