import { CHANGE_COLUMNS } from '../src/cdk/index.ts';
import { streams } from '../src/streams/index.ts';
import { type Field, type FieldSchema, fieldsOf } from './fields.ts';
import { anchorOf, code, codes, escaped, table } from './markdown.ts';
import { questions } from './questions.ts';
import { relations } from './relations.ts';

const INTRODUCTION = `# The data model

<!-- Generated from schemas/ and docs/questions/ by \`npm run generate\`. -->

The connector fills one table a stream. This page shows how the tables join, answers some questions in SQL, and describes every column.`;

const JOINING = `## How the tables join

![The streams, their keys, and the fields by which they name each other](data-model.svg)

![The other streams, their keys, and the streams whose rows they name](data-model-further.svg)

Ids of sheets and charts are unique within their app: join them by \`appId\` too. \`[]\` is each element of a list. A field that is null or
empty names nothing. The lists are read at the same time, each at its own pace, so a row that was added or deleted meanwhile may join only after the
next sync. Only rows that the credentials may see are there to be joined.`;

const TABLES = `## What the tables hold

The latest version of each row. Every table has two columns beside its own:`;

const TOMBSTONES = `A tombstone is what is left of a deleted row: its key and both times; all other columns are null. So a query over what exists
says \`WHERE _ab_cdc_deleted_at IS NULL\`. Incremental syncs send tombstones; a full refresh has none.

In PyAirbyte's DuckDB cache the columns have the names below in lower case (DuckDB does not mind the case), strings are \`VARCHAR\`, times
\`TIMESTAMP\` in UTC, integers \`BIGINT\`, numbers \`DECIMAL\`, objects and lists \`JSON\`. Objects may hold more than is described here. What
differs in other warehouses:

- **Deletions.** Airbyte's destinations that deduplicate may remove the rows of tombstones by themselves. The condition does no harm
  there, but deleted rows cannot be queried. Tables that are appended to hold every version: keep the latest of each key by
  \`_ab_cdc_updated_at\` first. The tables of [sync.sh](warehouses.md#docker-and-psql) have no tombstones.
- **JSON.** \`x ->> 'name'\` takes a member as text, \`unnest(x::JSON[])\` makes a row of each element. PostgreSQL has
  \`jsonb_array_elements\` for the latter, Snowflake \`x:name::string\` and \`LATERAL FLATTEN\`, BigQuery \`JSON_VALUE\` and
  \`UNNEST(JSON_QUERY_ARRAY(x))\`.
- **Functions.** PostgreSQL has \`INTERVAL '90 days'\`, \`jsonb_array_length\`, \`ARRAY[…]\` and \`regexp_matches\` for what DuckDB writes
  \`INTERVAL 90 DAY\`, \`json_array_length\`, \`[…]\` and \`regexp_extract_all\`.
- **Names and times.** BigQuery wants \`groups\` in backticks. Where times have a zone, leave out \`AT TIME ZONE 'UTC'\`.`;

const QUESTIONS = `## Questions, and their answers in SQL

They run as they are in DuckDB, over the tables that PyAirbyte makes there:

\`\`\`sh
python -c "import duckdb; tables = duckdb.connect('qlik.duckdb', read_only=True)
tables.sql(open('docs/questions/who-can-do-what.sql').read()).show()"
\`\`\``;

/** The page that describes the tables to who queries them, in Markdown. */
export function dataModelPage(): string {
  const joining = [JOINING, relationTable()];
  const holding = [TABLES, fieldTable(fieldsOf({ properties: CHANGE_COLUMNS })), TOMBSTONES];
  const parts = [INTRODUCTION, ...joining, ...holding, QUESTIONS, ...questionParts(), '## The tables', ...tableParts()];
  return `${parts.join('\n\n')}\n`;
}

function relationTable(): string {
  const rows = relations.map(({ from, to, within, label, dangles }) => [
    code(from),
    code(to) + (within ? `, same ${code(within)}` : ''),
    label,
    dangles ? `no: ${dangles}` : 'yes',
  ]);
  return table(['field', 'names', 'as its', 'every id joins'], rows);
}

function questionParts(): string[] {
  const asked = questions();
  const links = asked.map(({ title }) => `- [${title}](#${anchorOf(title)})`);
  const answers = asked.map(
    ({ title, name, sql }) =>
      `### ${title}\n\n[${name}.sql](questions/${name}.sql)\n\n\`\`\`sql\n${sql.trim()}\n\`\`\``,
  );
  return [links.join('\n'), ...answers];
}

function tableParts(): string[] {
  return streams.map(({ name, schema, primaryKey, updatedField }) => {
    const { description = '' } = schema as FieldSchema;
    const fields = fieldsOf(schema as FieldSchema);
    const time = updatedField === undefined ? '' : ` Time field: ${code(updatedField)}.`;
    return `### ${name}\n\n${escaped(description)} Primary key: ${codes(primaryKey)}.${time}\n\n${fieldTable(fields)}`;
  });
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ path, type, description }) => [code(path), type, description]);
  return table(['field', 'type', 'description'], rows);
}
