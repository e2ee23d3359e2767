import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));

/** The rooms of src/, and which files are in each: a file is in the first one that fits its path. */
const ROOMS: readonly { readonly id: string; readonly title: string; readonly holds: RegExp }[] = [
  { id: 'main', title: 'main.ts', holds: /^main\.ts$/ },
  { id: 'source', title: 'source.ts: Qlik as data', holds: /^source\.ts$/ },
  { id: 'probe', title: 'probe/', holds: /^probe\// },
  { id: 'check', title: 'check/', holds: /^check\// },
  { id: 'streams', title: 'streams/', holds: /^streams\// },
  { id: 'qlik', title: 'qlik/: the tenant', holds: /^qlik\// },
  { id: 'lineage', title: 'lineage/: what expressions name', holds: /^lineage\// },
  { id: 'contracts', title: 'cdk: source, stream, errors', holds: /^cdk\/(source|stream|errors)\.ts$/ },
  { id: 'reading', title: 'cdk/reading/', holds: /^cdk\/reading\// },
  { id: 'ledger', title: 'cdk/ledger/', holds: /^cdk\/ledger\// },
  { id: 'protocol', title: 'cdk/protocol/', holds: /^cdk\/protocol\// },
  { id: 'commands', title: 'cdk: cli, run, sync', holds: /^cdk\// },
  { id: 'demo', title: 'demo/', holds: /^demo\// },
  { id: 'rest', title: 'simulator/rest/', holds: /^simulator\/rest\// },
  { id: 'engine', title: 'simulator/engine/', holds: /^simulator\/engine\// },
  { id: 'data', title: 'simulator/data/', holds: /^simulator\/data\// },
  { id: 'simulator', title: 'simulator/: a tenant', holds: /^simulator\// },
];

/** Who imports whom in src/, room by room, as a flowchart in Mermaid: read from the imports, those of tests and of the door left out. */
export function roomDiagram(): string {
  const doors = new Set<string>();
  for (const file of sourceFiles()) {
    for (const imported of importsOf(file)) {
      const [from, to] = [roomOf(file), roomOf(imported)];
      if (from !== undefined && to !== undefined && from !== to) doors.add(`  ${from} --> ${to}`);
    }
  }
  const rooms = ROOMS.map(({ id, title }) => `  ${id}["${title}"]`);
  return ['```mermaid', 'flowchart TD', ...rooms, ...[...doors].sort(), '```'].join('\n');
}

function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'))
    .sort();
}

/** The files of src/ that a file imports; of the shim's door, what stands behind it. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const specifiers = text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => normalize(join(dirname(file), specifier)));
}

function roomOf(file: string): string | undefined {
  if (file === 'cdk/index.ts') return 'contracts';
  return ROOMS.find(({ holds }) => holds.test(file))?.id;
}
