/* Generated from schemas/automations.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One automation, without its blocks and without the token that starts it.
 */
export type Automation = {
  /**
   * Id of the automation, the key of the stream.
   */
  id?: string | null;
  /**
   * Name of the automation.
   */
  name?: string | null;
  /**
   * What the automation does. Null or empty where nobody wrote anything.
   */
  description?: string | null;
  /**
   * available, unavailable or disabled: whether the automation can run.
   */
  state?: string | null;
  /**
   * How runs are started: manual, scheduled, triggered or webhook.
   */
  runMode?: string | null;
  /**
   * Id of the space that holds the automation; joins to spaces.id. Null in a user's personal space.
   */
  spaceId?: string | null;
  /**
   * Id of the user who owns the automation; joins to users.id.
   */
  ownerId?: string | null;
  /**
   * When the automation was created.
   */
  createdAt?: string | null;
  /**
   * When the automation was last changed.
   */
  updatedAt?: string | null;
  /**
   * When the last run ended. Null for an automation that never ran.
   */
  lastRunAt?: string | null;
  /**
   * How the last run ended or is going: failed, finished, finished with warnings, must stop, not started, paused, running, starting, stopped or exceeded limit.
   */
  lastRunStatus?: string | null;
  /**
   * How long the last run took, in seconds.
   */
  duration?: number | null;
  /**
   * How many runs may go on at a time.
   */
  maxConcurrentRuns?: number | null;
  /**
   * Ids of the connectors that the automation uses, in order of the ids.
   */
  connectorIds?: (string | null)[] | null;
  /**
   * Ids of the endpoints that the automation uses, in order of the ids.
   */
  endpointIds?: (string | null)[] | null;
  /**
   * Ids of the snippets that the automation uses, in order of the ids.
   */
  snippetIds?: (string | null)[] | null;
};
