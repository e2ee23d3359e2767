import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { IMAGE } from './image.ts';
import { call, recipe, scene } from './recipes.ts';

/** The objects of cronjob.yaml. */
export const manifest = parseAllDocuments(await readFile(recipe('cronjob.yaml'), 'utf8')).map((one) => one.toJS());
const cronJob = manifest.find(({ kind }) => kind === 'CronJob');
export const pod = cronJob.spec.jobTemplate.spec.template.spec;
export const [container] = pod.containers;

/** What docker is told to run the pod's container as Kubernetes would, with folders in the place of its volumes. */
function asInPod(folder: string, ...options: string[]): [string, ...string[]] {
  const { runAsUser, runAsGroup } = pod.securityContext;
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext;
  const [program, ...words] = container.command;
  const mounts = (container.volumeMounts as { name: string; mountPath: string; readOnly?: boolean }[]).flatMap(
    ({ name, mountPath, readOnly }) => ['-v', `${join(folder, name)}:${mountPath}${readOnly ? ':ro' : ''}`],
  );
  const memory = container.resources.limits.memory.replace('Mi', 'm');
  return [
    ...(['docker', 'run', '--rm', '--network', 'host', '--user', `${runAsUser}:${runAsGroup}`] as const),
    ...(readOnlyRootFilesystem ? ['--read-only'] : []),
    ...(allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...capabilities.drop.flatMap((capability: string) => ['--cap-drop', capability]),
    ...['--memory', memory, '--label', `pod=${process.pid}`, '--env', 'STATE_INTERVAL_MS=0'],
    ...mounts,
    ...options,
    ...['--entrypoint', program, IMAGE, ...words],
  ];
}

/** A tenant, and what Kubernetes would mount. */
export async function cluster() {
  await using stack = new AsyncDisposableStack();
  const { tenant, folder } = stack.use(await scene());
  const [config, catalog, data] = ['config', 'catalog', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [config, catalog, data]) await mkdir(path);
  await copyFile(join(folder, 'config.json'), join(config, 'config.json'));
  await chmod(join(config, 'config.json'), 0o644);
  await chmod(data, 0o777);
  const words = ['sh', recipe('catalog.sh'), join(folder, 'config.json')] as const;
  const { stdout } = await call(words, { IMAGE, DOCKER_OPTIONS: '--network host' });
  await writeFile(join(catalog, 'catalog.json'), stdout);
  const kept = stack.move();
  return {
    tenant,
    job: asInPod(folder),
    onDiskOf: (bytes: number) => asInPod(folder, '--ulimit', `fsize=${bytes}`),
    config: join(config, 'config.json'),
    stateFile: join(data, 'state.jsonl'),
    messages: async () => (await readdir(join(data, 'messages'))).sort().map((name) => join(data, 'messages', name)),
    states: () => readFile(join(data, 'state.jsonl'), 'utf8'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
