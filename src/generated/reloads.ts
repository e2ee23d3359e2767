/* Generated from schemas/reloads.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One reload of an app, under way or ended, without its log.
 */
export type Reload = {
  /**
   * Id of the reload, the key of the stream.
   */
  id?: string | null;
  /**
   * Id of the app that is reloaded; joins to apps.id. The app may be deleted since.
   */
  appId?: string | null;
  /**
   * Id of the tenant that the app belongs to.
   */
  tenantId?: string | null;
  /**
   * Id of the user who asked for the reload; joins to users.id.
   */
  userId?: string | null;
  /**
   * What asked for the reload: hub (somebody by hand), chronos (a schedule), external (a call of the API), automations, data-refresh or choreographer. Qlik may add others.
   */
  type?: string | null;
  /**
   * QUEUED, RELOADING or CANCELING while the reload is under way; then SUCCEEDED, FAILED, CANCELED or EXCEEDED_LIMIT.
   */
  status?: string | null;
  /**
   * When the reload was asked for.
   */
  creationTime?: string | null;
  /**
   * When the reload was taken from the queue. Null while it waits there.
   */
  startTime?: string | null;
  /**
   * When the reload ended, however it did. Null while it is under way.
   */
  endTime?: string | null;
  /**
   * When the engine had the app reloaded, as it says itself. Null unless the reload succeeded.
   */
  engineTime?: string | null;
  /**
   * How long the reload took, as Qlik tells it, which does not say in which unit: endTime minus startTime is certain. Null where it does not tell.
   */
  duration?: number | null;
  /**
   * Why the reload failed, as a code. Null unless it did.
   */
  errorCode?: string | null;
  /**
   * Why the reload failed, in words. Null unless it did.
   */
  errorMessage?: string | null;
  /**
   * Whether only those statements of the script ran that are marked for it, and other tables were kept.
   */
  partial?: boolean | null;
  /**
   * How soon the reload's turn comes among those of the tenant: the higher, the sooner. 1 for personal apps.
   */
  weight?: number | null;
  /**
   * Kind of thing that started the reload: api, reload-tasks, tasks or automate. Null where Qlik does not say.
   */
  resourceType?: string | null;
  /**
   * Id of the thing that started the reload, for example of the task. Null where Qlik does not say.
   */
  resourceId?: string | null;
};
