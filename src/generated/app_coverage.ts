/* Generated from schemas/app_coverage.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One app, with what came of it in the latest sync: whether its content was read and, if not, why. Every app that the credentials may list has a row, also those that the settings exclude.
 */
export type AppCoverage = {
  /**
   * Id of the app, the key of the stream; joins to apps.id. An app that the settings do not admit has no row there.
   */
  appId?: string | null;
  /**
   * Name of the app.
   */
  name?: string | null;
  /**
   * Id of the space that the app is in; joins to spaces.id. Null for a personal app.
   */
  spaceId?: string | null;
  /**
   * What came of the app: read (looked into in this sync), unchanged (not due, since nothing about it moved: what the tables hold was read before), denied (it may be listed but not opened), vanished (gone when it was to be opened), failed (it could not be read in full; it is tried again in the next sync), not_admitted (kept out by the settings) or not_read (no stream is synced that opens apps).
   */
  status?: string | null;
  /**
   * Why, for programs; null if all is well. Such as HTTP-403, CLOSE-4203 (a socket's close code), ENGINE-5 (an error code of the engine), NO-ANSWER, or the name of a setting.
   */
  reasonCode?: string | null;
  /**
   * Why, in words; null if all is well.
   */
  message?: string | null;
  /**
   * What to do about it; null if nothing has to be done, or it is not known.
   */
  remedy?: string | null;
  /**
   * When all of the app was last read in full, not only what had changed. Null if that is not known: if it was never read, was read by an earlier attempt of a full refresh, or could not be read since other columns were chosen.
   */
  lastReadAt?: string | null;
};
