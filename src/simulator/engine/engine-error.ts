/** The engine's codes for what may go wrong with a request, and what it says. */
const MESSAGES: Record<number, string> = {
  [-32700]: 'Parse error',
  [-32604]: 'Response too large',
  [-32603]: 'Internal error',
  [-32602]: 'Invalid params',
  [-32601]: 'Method not found',
  [-32600]: 'Invalid request',
  2: 'Not found',
  3: 'Already exists',
  5: 'Access denied',
  6: 'Out of memory',
  15: 'Request aborted',
  19: 'Memory limit reached',
  21: 'Engine terminated',
  403: 'Forbidden',
  1002: 'App already open',
  1003: 'App not found',
  1009: 'App already open in different mode',
  1015: 'App size exceeded',
  1017: 'App not open',
  1019: 'App soft deleted',
  4000: 'User access denied',
  6001: 'Result too large',
  8001: 'Linked object not found',
  11000: 'Reload in progress',
  12002: 'Section access detected',
  12004: 'User authentication failure',
};

/** A refusal of a request, by its code. */
export class EngineError extends Error {
  readonly code: number;
  readonly parameter: string;

  constructor(code: number, parameter = '', message = MESSAGES[code] ?? 'Something went wrong') {
    super(message);
    this.code = code;
    this.parameter = parameter;
  }
}
