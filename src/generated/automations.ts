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
   * The last run. Null for an automation that never ran. Its error texts are left out, since they may quote data.
   */
  lastRun?: {
    /**
     * Id of the run.
     */
    id?: string | null;
    /**
     * How the run ended or is going, as in lastRunStatus; queued while it waits.
     */
    status?: string | null;
    /**
     * Title of the run. Empty where nobody gave one.
     */
    title?: string | null;
    /**
     * What started the run: test_run, editor, detail, api_sync, api_async, webhook or lookup.
     */
    context?: string | null;
    /**
     * Whether somebody only tried the automation out.
     */
    isTestRun?: boolean | null;
    /**
     * Id of the user as whom the automation ran; joins to users.id.
     */
    executedById?: string | null;
    /**
     * Id of the user who owned the automation then; joins to users.id.
     */
    ownerId?: string | null;
    /**
     * Id of the space that held the automation then; joins to spaces.id. Null in a user's personal space.
     */
    spaceId?: string | null;
    /**
     * When the run was to start by its schedule. Null for runs that had none.
     */
    scheduledStartTime?: string | null;
    /**
     * When the run started. Null while it waits.
     */
    startTime?: string | null;
    /**
     * When the run ended. Null while it is going on.
     */
    stopTime?: string | null;
    /**
     * When the run was asked for.
     */
    createdAt?: string | null;
    /**
     * When the record of the run was last changed.
     */
    updatedAt?: string | null;
    /**
     * Whether the run was put into the archive.
     */
    isArchived?: boolean | null;
    /**
     * What the run used, such as calls of APIs and bytes, as Qlik tells it.
     */
    metrics?: {} | null;
  } | null;
  /**
   * How long the last run took, in seconds.
   */
  duration?: number | null;
  /**
   * How many runs may go on at a time.
   */
  maxConcurrentRuns?: number | null;
  /**
   * How long a run may take. Qlik does not say in which unit.
   */
  timeout?: number | null;
  /**
   * Whether it uses connectors whose runs are billed.
   */
  containsBillable?: boolean | null;
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
