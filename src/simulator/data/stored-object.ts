/** The properties of an object in an app, as the engine stores them. */
export interface Properties {
  qInfo: { qId: string; qType: string };
  qExtendsId?: string;
  qMetaDef?: { title?: string; description?: string; tags?: string[] };
  visualization?: string;
  [member: string]: unknown;
}

/** What the engine knows of an object besides its properties; of what stands on a sheet, only what the caller may do. */
export interface Meta {
  privileges: string[];
  title?: string;
  id?: string;
  approved?: boolean;
  published?: boolean;
  owner?: string;
  ownerId?: string;
  createdDate?: string;
  modifiedDate?: string;
  [member: string]: unknown;
}

/** An object in an app, with the objects in it. */
export interface StoredObject {
  properties: Properties;
  meta: Meta;
  childIds: string[];
}

/** An object that is not in an app yet, with all that comes with it. */
export interface Branch {
  properties: Properties;
  children: Branch[];
}

/** A place on a sheet, and the object that is to be drawn there. */
export interface Cell {
  name: string;
  type: string;
  col: number;
  row: number;
  colspan: number;
  rowspan: number;
  bounds: { x: number; y: number; width: number; height: number };
}

/** The cells of a sheet. */
export function cellsOf(sheet: StoredObject): Cell[] {
  return (sheet.properties.cells ?? []) as Cell[];
}

/** Properties without the empty members that the engine leaves out unless asked to keep them: its own, which begin with q. */
export function withoutEmpty<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutEmpty) as Value;
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([name, member]) => name === 'qMetaDef' || !isLeftOut(name, member));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutEmpty(member)])) as Value;
}

/** Whether a value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLeftOut(name: string, member: unknown): boolean {
  if (!/^q[A-Z]/.test(name)) return false;
  return member === '' || (typeof member === 'object' && member !== null && Object.keys(member).length === 0);
}
