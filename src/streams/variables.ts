import schema from '../../schemas/variables.json' with { type: 'json' };
import type { Variable } from '../generated/variables.ts';
import type { ListedVariable } from '../qlik/variables.ts';
import { appStream } from './parts/app-stream.ts';
import { maskedDefinition } from './parts/masked-definition.ts';
import { booleanIn, textIn, textsIn } from './parts/property.ts';
import { allOf } from './parts/section.ts';

/** Variables of apps, but for Qlik's own, with secrets in their definitions masked. */
export const variables = appStream<Variable>({
  name: 'variables',
  schema,
  primaryKey: ['appId', 'name'],
  methods: ['GetVariables'],
  async readPartition(visit) {
    const listed = await visit.variables();
    return { sections: [allOf(listed.map((variable) => ({ appId: visit.app.id, ...variableOf(variable) })))] };
  },
});

function variableOf({ qName, qInfo, qDefinition, qDescription, qData, qIsScriptCreated }: ListedVariable) {
  const definition = textIn(qDefinition);
  return {
    name: qName,
    id: textIn(qInfo?.qId) || null,
    definition: definition === null ? null : maskedDefinition(qName, definition),
    isExpression: definition === null ? null : definition.trimStart().startsWith('='),
    description: textIn(qDescription),
    tags: textsIn(qData?.tags),
    isScriptCreated: booleanIn(qIsScriptCreated),
  };
}
