/** How the engine refuses an app: at the upgrade, by closing the socket, in its first words, or on OpenDoc. */
export type Refusal = 'http' | 'close' | 'sessionState' | 'error';

/** What is not known of the engine, or differs from app to app: turn one to see whether a client copes. */
export interface EngineDials {
  /** Every answer, and the first words, are kept back this long; requests in flight wait at the same time. */
  latencyMs: number;
  /** Shuffled within a few milliseconds, or in the order of the requests. */
  answers: 'shuffled' | 'inOrder';
  /** Notifications that no client knows, between the answers. */
  strangeNotifications: boolean;
  /** OnAuthenticationInformation ahead of OnConnected, as proxies at customers' own sites send it. */
  leadingNotification: boolean;
  /** `change` and `close` on answers and between them, now and then; without it only where something changed. */
  pushes: boolean;
  /** Whether permessage-deflate is agreed to. */
  compression: 'asked' | 'off';
  /** Whether a request for delta is answered with patches. */
  delta: boolean;
  /** As many sessions at once; a further one is closed with 4005. */
  sessionLimit: number;
  /** Of apps in managed spaces, where the caller has no role unless it owns the app: opened all the same, or refused. */
  managedApps: 'opened' | Refusal;
  /** Of an app that does not exist: 404, 4204 or error 1003. */
  unknownApps: 'http' | 'close' | 'error';
  /** The error for who opens an app with section access, with its data. */
  sectionAccessError: number;
  /** Whether that app opens without data. */
  sectionAccessWithoutData: 'opened' | 'refused';
  /** Whether an app that is to be opened without data is. */
  noData: 'honoured' | 'ignored';
  /** Whether other users' private sheets are shown: to content bots they are. */
  privateSheets: 'own' | 'all';
  /** What a list gives for an expression, a condition or a thumbnail: what it comes to, or what is stored. */
  listedExpressions: 'evaluated' | 'stored';
  /** GetObjects as documented, unknown (-32601), refusing its parameters (-32602), or leaving qMeta empty. */
  getObjects: 'supported' | 'unknown' | 'invalid' | 'emptyMeta';
  /** GetVariables as documented, or unknown (-32601). */
  getVariables: 'supported' | 'unknown';
  /** Whether GetObjects lists, besides whole sheets, what stands on them. */
  getObjectsLists: 'roots' | 'children';
  /** Longer answers than this are refused. */
  largestAnswerBytes: number;
  /** How: with error -32604, or by closing with 1009. */
  tooLarge: 'error' | 'close';
}

/** The dials of an engine that behaves as documented. */
export function defaultEngineDials(): EngineDials {
  return {
    latencyMs: 0,
    answers: 'shuffled',
    strangeNotifications: true,
    leadingNotification: false,
    pushes: true,
    compression: 'asked',
    delta: false,
    sessionLimit: Number.POSITIVE_INFINITY,
    managedApps: 'opened',
    unknownApps: 'close',
    sectionAccessError: 5,
    sectionAccessWithoutData: 'opened',
    noData: 'honoured',
    privateSheets: 'own',
    listedExpressions: 'evaluated',
    getObjects: 'supported',
    getVariables: 'supported',
    getObjectsLists: 'roots',
    largestAnswerBytes: Number.POSITIVE_INFINITY,
    tooLarge: 'error',
  };
}
