/* Generated from schemas/spec.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * Where the Qlik Cloud tenant is and how to sign in to it.
 */
export type Config = {
  /**
   * Address of your Qlik Cloud tenant. Copy it from the browser while you are signed in to Qlik Cloud: the host name is enough, and a path after it is ignored. An address without encryption is accepted for this machine only (localhost).
   */
  tenant_url: string;
  /**
   * How the connector signs in. OAuth2 is recommended: it sees the whole tenant and does not depend on the account of one person.
   */
  credentials: OAuth2ClientCredentials | APIKey;
  /**
   * Names or ids of spaces whose apps are read, * standing for anything. Leave it empty to read all. It bounds apps and what is read from them, reloads too; all other lists are always read whole. Personal apps have a switch of their own.
   */
  include_spaces?: string[];
  /**
   * Names or ids of spaces whose apps are left out, * standing for anything, also where they are among the spaces to include.
   */
  exclude_spaces?: string[];
  /**
   * Whether apps that are in nobody's space but their owner's are read too, as far as the credentials may see them.
   */
  include_personal_apps?: boolean;
  /**
   * An app whose modification time has not moved is read again in full after that many days, since Qlik does not promise to move it whenever a sheet or a chart changes. 0 reads every app in full at every sync. It concerns incremental syncs of sheets, charts and master items; tables and fields of an app are read again when its time moves.
   */
  reread_apps_after_days?: number;
  /**
   * How many apps are open at a time. Lower it if people notice, or if Qlik says that there are too many sessions.
   */
  concurrent_apps?: number;
  /**
   * Only needed where a proxy inspects encrypted traffic with an authority of its own: that authority's certificate in PEM form, from your network team. Several may follow each other. It is trusted beside the usual authorities, for all calls to the tenant.
   */
  ca_certificate?: string;
};
/**
 * An OAuth client that Qlik lets in as a user of its own (recommended). A tenant administrator creates it in Qlik under Administration > OAuth: client type Web, machine-to-machine ticked, scopes user_default and admin_classic, then consent method Trusted.
 */
export type OAuth2ClientCredentials = {
  /**
   * Marks this option.
   */
  auth_type: 'oauth2_client_credentials';
  /**
   * Client ID of the OAuth client, from Administration > OAuth in Qlik.
   */
  client_id: string;
  /**
   * Client secret of the OAuth client. Qlik shows it once, when the client is created; if it is lost, create a new secret under Administration > OAuth.
   */
  client_secret: string;
  /**
   * Scopes to ask for, separated by blanks. Leave it empty to get all scopes that the OAuth client was given. What is missing here is missing in the data: groups and roles need admin_classic.
   */
  scope?: string;
};
/**
 * A key that acts as the user who created it and sees what that user sees. For the whole tenant, that user needs the role Tenant Admin.
 */
export type APIKey = {
  /**
   * Marks this option.
   */
  auth_type: 'api_key';
  /**
   * Create it in Qlik under your profile settings > API keys; Qlik shows it once. If API keys are missing there, ask a tenant administrator for the permission "Manage API keys". A key ends at the date chosen when it was created: renew it before.
   */
  api_key: string;
};
