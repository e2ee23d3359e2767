const odbc = 'CUSTOM CONNECT TO "provider=QvOdbcConnectorPackage.exe;';

/** What may be seen of the simulated tenant's connect statements, by data source: what is read, never who reads it. */
export const STATEMENTS: { readonly [datasource: string]: string } = {
  File_AmazonS3ConnectorV2:
    'CUSTOM CONNECT TO "provider=QvWebConnectorPackage.exe;sourceType=File_AmazonS3ConnectorV2;region=us-east-1;' +
    'bucketName=landing;"',
  snowflake: `${odbc}driver=snowflake;Server=acme.snowflake.example.com;Port=443;database=DWH;schema=PUBLIC;warehouse=WH_S;role=***;username=***;"`,
  rest:
    'CUSTOM CONNECT TO "provider=QvRestConnector.exe;url=https://api.example.com/v1/orders;timeout=***;method=GET;' +
    'autoDetectResponseType=***;authSchema=***;username=***;password=***;queryHeaders=***;"',
  odbc: 'ODBC CONNECT TO [Driver={ODBC Driver 17 for SQL Server};Server=db.example.com,1433;Database=erp;Uid=***;Pwd=***;]',
  oledb:
    'OLEDB CONNECT32 TO [Provider=SQLOLEDB.1;Persist Security Info=***;Password=***;User ID=***;Initial Catalog=***;' +
    'Data Source=***]',
  postgres: `${odbc}driver=postgres;host=pg.example.com;port=5432;db=sales;SSLMode=require;username=***;password=***;"`,
  mongodb: 'mongodb://mongo.example.com:27017/crm',
  webfile: 'https://files.example.com/prices.csv',
  bigquery: `${odbc}driver=gbq;project=acme-analytics;dataset=sales;OAuthMechanism=***;Email=***;KeyFile=***;"`,
};
