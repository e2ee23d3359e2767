/** How much of each kind. */
export type Amounts = { readonly [kind: string]: number };

/** What a tenant was asked since it last forgot. */
export interface Asked {
  /** REST calls. */
  readonly calls: number;
  /** Apps that were opened, and those of them with their data. */
  readonly opens: number;
  readonly opensWithData: number;
  /** Requests to the engine. */
  readonly messages: number;
  /** How often a client of the engine waited for one answer or several at a time. */
  readonly roundTrips: number;
  /** To and from the engine, before compression. */
  readonly engineBytes: number;
  readonly mostSessions: number;
  /** CPU time of the tenant itself. */
  readonly tenantCpuSeconds: number;
}

/** What the process can be told to do, and what it answers. */
export interface TenantActs {
  reset(): true;
  asked(): Asked;
  /** Every answer takes this long from now on. */
  delay(latencyMs: number): true;
  /** How much there is to be delivered, seen by whose API key it is. */
  truth(): Amounts;
  /** A hundredth of the apps is edited, three tenths are reloaded. */
  liveADay(): Amounts;
}
