import type { Properties } from '../../qlik/app-objects.ts';
import { expressionOrText, objectsIn } from './property.ts';

/**
 * When a container shows what is in it: its tabs and parts name what they hold by a reference that the object carries (`childRefId`,
 * in the older kind `containerChildId`), or by the master that it shows. Null where it always does.
 */
export function conditionIn(
  container: Properties | undefined,
  { childRefId, containerChildId, qExtendsId }: Properties,
) {
  const places = [container?.objects, container?.children].flatMap((list) => (objectsIn(list) ?? []) as Properties[]);
  const place = places.find((one) =>
    one.childRefId === undefined
      ? isOneOf(one.refId, [containerChildId, qExtendsId])
      : isOneOf(one.childRefId, [childRefId]),
  );
  return expressionOrText(place?.condition);
}

function isOneOf(reference: unknown, known: readonly unknown[]): boolean {
  return typeof reference === 'string' && reference !== '' && known.includes(reference);
}
