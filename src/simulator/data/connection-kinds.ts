/** What a connection's rows have from its connector. */
export interface ConnectionKind {
  name: string;
  type: string;
  source: string;
  statement(secret: string): string;
}

const custom = (properties: string) => `CUSTOM CONNECT TO "provider=${properties};"`;
const odbcPackage = 'QvOdbcConnectorPackage.exe';

/** Connect statements in every form that Qlik has; each holds the given secret wherever one may stand. */
export const connectionKinds: ConnectionKind[] = [
  {
    name: 'S3 landing',
    type: 'QvWebStorageProviderConnectorPackage.exe',
    source: 'File_AmazonS3ConnectorV2',
    statement: () =>
      custom('QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;bucketName=landing'),
  },
  {
    name: 'Snowflake',
    type: odbcPackage,
    source: 'snowflake',
    statement: (secret) =>
      custom(
        `${odbcPackage};driver=snowflake;Server=acme.snowflake.example.com;Port=443;database=DWH;schema=PUBLIC;` +
          `warehouse=WH_S;role=ANALYST;username=${secret}-user`,
      ),
  },
  {
    name: 'REST orders',
    type: 'QvRestConnector.exe',
    source: 'rest',
    statement: (secret) =>
      custom(
        `QvRestConnector.exe;url=https://${secret}-user:${secret}-password@api.example.com/v1/orders?access_token=` +
          `${secret}-token&page=1;timeout=30;method=GET;autoDetectResponseType=true;authSchema=basic;` +
          `username=${secret}-name;password=${secret}-word;queryHeaders=Authorization%2Bearer ${secret}-header`,
      ),
  },
  {
    name: 'SQL Server by hand',
    type: 'ODBC',
    source: 'odbc',
    statement: (secret) =>
      'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;' +
      `Uid=${secret}-user;Pwd={${secret}-pass;${secret}-word};]`,
  },
  {
    name: 'OLE DB warehouse',
    type: 'OLEDB',
    source: 'oledb',
    statement: (secret) =>
      `OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=True;Password="${secret}-password";` +
      `User ID=${secret}-user;Initial Catalog=dwh;Data Source=olap.example.com]`,
  },
  {
    name: 'PostgreSQL',
    type: odbcPackage,
    source: 'postgres',
    statement: (secret) =>
      custom(
        `${odbcPackage};driver=postgres;host=pg.example.com;port=5432;db=sales;SSLMode=require;` +
          `username=${secret}-user;password=${secret}-äöü`,
      ),
  },
  {
    name: 'Mongo',
    type: 'QvOtherConnector.exe',
    source: 'mongodb',
    statement: (secret) => `mongodb://${secret}-user:${secret}-password@mongo.example.com:27017/crm?authSource=admin`,
  },
  {
    name: 'Price list on the web',
    type: 'internet',
    source: 'webfile',
    statement: (secret) =>
      `https://${secret}-user:${secret}-password@files.example.com/prices.csv?sig=${secret}-signature`,
  },
  {
    name: 'BigQuery',
    type: odbcPackage,
    source: 'bigquery',
    statement: (secret) =>
      custom(
        `${odbcPackage};driver=gbq;project=acme-analytics;dataset=sales;OAuthMechanism=0;` +
          `Email=${secret}-mail@example.com;KeyFile=${secret}-key`,
      ),
  },
];
