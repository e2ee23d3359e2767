/* Generated from schemas/connections.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One data connection: where apps load data from. Those of disabled data sources and the built-in DataFiles connection of each space are included.
 */
export type Connection = {
  /**
   * Id of the connection (its qID), the key of the stream.
   */
  id?: string | null;
  /**
   * Id of the connection, the same as the column id.
   */
  qID?: string | null;
  /**
   * Id of the connection in the analytics engine, the same as qID.
   */
  qEngineObjectID?: string | null;
  /**
   * Name of the connection, as load scripts use it.
   */
  qName?: string | null;
  /**
   * Kind of connection: the connector that serves it, for example QvOdbcConnectorPackage.exe. qix-datafiles.exe is the built-in DataFiles connection.
   */
  qType?: string | null;
  /**
   * Data source that the connection reads, for example snowflake or File_AmazonS3ConnectorV2. Null where the API does not say.
   */
  datasourceID?: string | null;
  /**
   * Connection string. Every value that is not known to be harmless, user names included, is replaced by ***; driver, host, port, database, schema, bucket, path and the like are kept.
   */
  qConnectStatement?: string | null;
  /**
   * Id of the stored credentials that the connection uses; the credentials themselves are not read. Null where it uses none.
   */
  qCredentialsID?: string | null;
  /**
   * Encrypted locator of the source, which joins to lineage. Null unless the API sends it.
   */
  qri?: string | null;
  /**
   * Whether each user brings credentials of their own.
   */
  qSeparateCredentials?: boolean | null;
  /**
   * Qlik's code for the account that the connection logs on with, 0 or 1.
   */
  qLogOn?: number | null;
  /**
   * Build of the connector: 0 = 64 bits, 1 = 32 bits.
   */
  qArchitecture?: number | null;
  /**
   * Id of the space that holds the connection; joins to spaces.id. Null for connections in a user's personal space.
   */
  space?: string | null;
  /**
   * Id of the user who created the connection; joins to users.id. Null for DataFiles connections.
   */
  user?: string | null;
  /**
   * Id of the tenant that the connection belongs to.
   */
  tenant?: string | null;
  /**
   * Tags of the connection.
   */
  tags?: (string | null)[] | null;
  /**
   * Version of the record format, for example V1. Null where the API sends none.
   */
  version?: string | null;
  /**
   * When the connection was created. Null for DataFiles connections.
   */
  created?: string | null;
  /**
   * When the connection was last changed. Null for DataFiles connections.
   */
  updated?: string | null;
};
