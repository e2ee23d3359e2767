/* Generated from schemas/data_files.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One file in a space, or a personal one: uploaded, or stored by a load script.
 */
export type DataFile = {
  /**
   * Id of the file, the key of the stream.
   */
  id?: string | null;
  /**
   * Full name of the file, with the folders that it is in. Load scripts name it after the library of its space.
   */
  name?: string | null;
  /**
   * Name of the file without its folders.
   */
  baseName?: string | null;
  /**
   * Whether this is a folder and no file.
   */
  folder?: boolean | null;
  /**
   * Id of the folder that the file is in. Null at the top of its space.
   */
  folderId?: string | null;
  /**
   * Path of the folder that the file is in. Null at the top of its space.
   */
  folderPath?: string | null;
  /**
   * Size of the file, in bytes.
   */
  size?: number | null;
  /**
   * What a folder holds. Null for files; the connector asks for no folders, so it is filled only where Qlik lists some all the same.
   */
  folderStats?: {
    /**
     * Files in the folder itself.
     */
    directFileCount?: number | null;
    /**
     * Files in the folder itself that live and go with an app.
     */
    directAppScopedFileCount?: number | null;
    /**
     * Files in the folder itself that are hidden from users.
     */
    directInternalFileCount?: number | null;
    /**
     * Folders in the folder itself.
     */
    directFolderCount?: number | null;
    /**
     * Files at any depth.
     */
    totalFileCount?: number | null;
    /**
     * Files at any depth that live and go with an app.
     */
    totalAppScopedFileCount?: number | null;
    /**
     * Files at any depth that are hidden from users.
     */
    totalInternalFileCount?: number | null;
    /**
     * Folders at any depth.
     */
    totalFolderCount?: number | null;
    /**
     * Size of the files at any depth, in bytes.
     */
    aggregateFileSize?: number | null;
    /**
     * Size of those at any depth that live and go with an app, in bytes.
     */
    aggregateAppScopedFileSize?: number | null;
    /**
     * Size of those at any depth that are hidden from users, in bytes.
     */
    aggregateInternalFileSize?: number | null;
  } | null;
  /**
   * Id of the space that holds the file; joins to spaces.id. Null in a user's personal space.
   */
  spaceId?: string | null;
  /**
   * Id of the user who last uploaded the file; joins to users.id.
   */
  ownerId?: string | null;
  /**
   * Id of the app that the file lives and goes with; joins to apps.id. Null for files of their own.
   */
  appId?: string | null;
  /**
   * Qlik resource identifier, by which lineage names the file.
   */
  qri?: string | null;
  /**
   * When the file was created.
   */
  createdDate?: string | null;
  /**
   * When the file, its name or its place was last changed.
   */
  modifiedDate?: string | null;
  /**
   * When the content of the file was last replaced. Null where it never was.
   */
  contentUpdatedDate?: string | null;
};
