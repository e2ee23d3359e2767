import type { SimulatedTenant } from '../../src/simulator/tenant.ts';

/** Stands in every text that a tenant may call its own. */
const MARK = 'pLanTed';
const NUMBER = 987_654_321;

/** Texts that a client has to find again: ids, times and addresses. They are looked for by their form. */
const KEPT = /^$|^[0-9a-f-]{20,}$|^\d{4}-\d\d-\d\d|^https?:|^\/|^SESSION_|^2\.0$/;
/** What the protocol itself says, and words of Qlik's that decide what is asked next. */
const KEPT_FIELDS = new Set(
  'id type qType qId name qGenericId qHandle code jsonrpc method refId childRefId qSessionState status resourceType count totalResults qLibraryId qExtendsId field visualization',
);
const OWN_NAMES = new Set(['name']);

const FORMS: { readonly [form: string]: RegExp } = {
  'a planted text': new RegExp(MARK, 'i'),
  'a planted number': new RegExp(String(NUMBER)),
  'an id': /[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-/i,
  'a time': /\d{4}-\d\d-\d\d/,
  'an address': /https?:|127\.0\.0\.1|localhost/,
  'a secret': /secret|Bearer/i,
};

/**
 * Lets the tenant answer with texts, numbers and names of properties that stand nowhere else, in refusals too, over REST and in
 * apps. `leaks` tells what of a tenant is in a text; `isPlanted`, whether such answers were asked for.
 */
export function plant(tenant: SimulatedTenant) {
  let planted = 0;
  const own = new Set<string>();
  const inRest = (value: unknown, field = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => inRest(item, field));
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([name, below]) => [name, inRest(below, name)]);
      // Properties of a tenant's own, some of them named as Qlik names its own.
      const own = ['resourceAttributes', 'meta', 'links'].includes(field) && { [`${MARK}Key`]: MARK, plantedKey: MARK };
      return { ...Object.fromEntries(entries), [`${MARK} ${field}`]: MARK, ...own };
    }
    return planted_(value, field);
  };
  const planted_ = (value: unknown, field: string): unknown => {
    if (typeof value === 'number' && !KEPT_FIELDS.has(field)) return NUMBER;
    if (typeof value !== 'string' || KEPT.test(value)) return value;
    if (OWN_NAMES.has(field)) own.add(value);
    if (KEPT_FIELDS.has(field) && !OWN_NAMES.has(field)) return value;
    planted += 1;
    return `${value}${MARK}`;
  };
  tenant.faults.mutate = (text) => JSON.stringify(inRest(JSON.parse(text)));
  tenant.engine.faults.mutate = (text) =>
    text.replaceAll(
      /"(title|description|subtitle|footnote|qDef|qLabel|qExpr|qTitle|owner|label)":"([^"\\]+)"/g,
      (_, name, value) => {
        planted += 1;
        return `"${name}":"${value}${MARK}","${MARK}Key":"${MARK}","plantedKey":1`;
      },
    );
  tenant.faults.add({ path: '/api/v1/collections', status: 403, code: MARK, title: MARK });
  const [app] = [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  tenant.engine.faults.add({ app: app?.resourceId ?? '', method: 'GetObjects', error: 5, message: MARK });
  return {
    isPlanted: () => planted > 1_000,
    leaks: (text: string): string[] => [
      ...Object.entries(FORMS).flatMap(([form, expression]) => (expression.test(text) ? [form] : [])),
      ...[...own].filter((name) => name.length > 6 && text.includes(name)),
    ],
  };
}
