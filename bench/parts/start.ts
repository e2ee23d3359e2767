import { atMost } from '../aims.ts';
import { withWords } from '../connector.ts';
import { failures } from '../failures.ts';
import { cpu, type Figure, medianOf, ratio, wall, written, writtenOf } from '../figures.ts';
import type { Bench, WalkReport } from '../part.ts';
import type { Target } from '../peer.ts';
import { airbyteCdk } from '../peers/airbyte-cdk.ts';
import { bars } from '../picture/bars.ts';
import { type Contender, enter, type Result, takeTurns } from '../rounds.ts';

const NOWHERE: Target = { url: 'https://localhost', apiKey: 'never used' };

/** What it takes to start: the shortest command, which asks nothing of anybody. */
export async function start(bench: Bench): Promise<WalkReport> {
  const rounds = bench.isSmall ? 2 : 15;
  const results = await takeTurns(await contenders(bench), { rounds, timeoutMs: 60_000, tell: bench.tell });
  const [reference] = results as [Result];
  const seconds = (figure: Figure) => `${written((medianOf(reference, figure) ?? Number.NaN) * 1000)} ms`;
  const rows = results.map((result) => {
    const cells = [wall, cpu].map((figure) => writtenOf(result, ratio(result, reference, figure)));
    return [result.name, ...cells];
  });
  const ratioOf = (name: string) => {
    const result = results.find((each) => each.name === name);
    return result && ratio(result, reference, wall);
  };
  const panel = (title: string, figure: Figure) => ({
    title: `${title}, times that of a bare Node`,
    bars: results.map((result) => {
      const value = ratio(result, reference, figure);
      return { name: result.name, value, text: writtenOf(result, value), isOwn: result.name.startsWith('connector') };
    }),
  });
  return {
    title: 'Start',
    aims: [atMost(2.5, '`spec` from the bundle, times a bare Node', ratioOf('connector, bundle'))],
    tables: [
      {
        prose: `\`spec\`, the median of ${rounds} rounds. The bare Node takes ${seconds(wall)}, and ${seconds(cpu)} of CPU.`,
        head: ['', 'wall time', 'CPU time'],
        rows,
        notes: failures(results),
      },
    ],
    picture: bars('What a start takes', [panel('Wall time', wall), panel('CPU time', cpu)]),
    measured: results,
  };
}

async function contenders({ connector }: Bench): Promise<Contender[]> {
  const { bundle, bundleNotCompiled, sources } = connector;
  const spec = { bundle, 'bundle, not compiled beforehand': bundleNotCompiled, sources };
  const peer = await enter(airbyteCdk, { target: NOWHERE, name: 'Airbyte Python CDK' });
  return [
    { name: 'bare Node', command: async () => ({ program: process.execPath, words: ['-e', '0'] }) },
    ...Object.entries(spec).map(([name, program]) => ({
      name: `connector, ${name}`,
      command: async () => withWords(program, 'spec'),
    })),
    {
      ...peer,
      command: async (folder) => ({ ...(await peer.command(folder)), words: ['spec'] }),
      delivered: async () => ({}),
    },
  ];
}
