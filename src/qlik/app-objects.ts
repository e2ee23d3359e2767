/** Any JSON object of the engine: its shape depends on whoever made the object. */
export type Properties = { readonly [field: string]: unknown };

/** An object of an app as it is stored, with its children. */
export interface PropertyTree {
  readonly qProperty: Properties;
  readonly qChildren?: readonly PropertyTree[];
}

/** One entry of a list of objects: what the engine knows of it, and the properties that were asked for. */
export interface ListedObject {
  readonly qInfo: { readonly qId: string; readonly qType: string };
  readonly qMeta?: Properties | null;
  readonly qData?: Properties | null;
}

/** No object of an app goes deeper, and whatever walks through one must come to an end. */
export const DEEPEST = 100;

/** Whether an answer is the properties of an object. */
export function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an answer is a tree all the way down: what is missing from one that is not would look deleted. */
export function isTree(value: unknown, depth = 0): value is PropertyTree {
  if (!isProperties(value) || depth > DEEPEST) return false;
  const { qProperty = {}, qChildren = null } = value;
  const areTrees = (children: readonly unknown[]) => children.every((one) => one === null || isTree(one, depth + 1));
  return (
    (isProperties(qProperty) || qProperty === null) &&
    (qChildren === null || (Array.isArray(qChildren) && areTrees(qChildren)))
  );
}

/** Whether an answer is an entry of a list, with its id and type. */
export function isListed(value: unknown): value is ListedObject {
  const { qInfo } = (value ?? {}) as { qInfo?: { qId?: unknown; qType?: unknown } | null };
  return typeof qInfo?.qId === 'string' && typeof qInfo.qType === 'string' && !isDeeper(value, DEEPEST);
}

/** Whether an answer names objects, each by its id. */
export function areInfos(value: unknown): value is { readonly qId: string }[] {
  return Array.isArray(value) && value.every((info) => typeof info?.qId === 'string');
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((below) => isDeeper(below, levels - 1));
}
