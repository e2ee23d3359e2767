// All users of a tenant, as a source on faros-airbyte-cdk, written as Faros writes its own.
// biome-ignore lint/correctness/noUndeclaredDependencies: faros.ts installs it, apart from the project
const axios = require('axios');
// biome-ignore lint/correctness/noUndeclaredDependencies: faros.ts installs it, apart from the project
const cdk = require('faros-airbyte-cdk');

class Users extends cdk.AirbyteStreamBase {
  constructor(http, logger) {
    super(logger);
    this.http = http;
  }

  get primaryKey() {
    return 'id';
  }

  getJsonSchema() {
    return { type: 'object', properties: { id: { type: 'string' } }, additionalProperties: true };
  }

  async *readRecords() {
    let url = '/api/v1/users?limit=100&sort=%2BcreatedAt';
    while (url) {
      const { data } = await this.http.get(url);
      yield* data.data;
      url = data.links.next?.href;
    }
  }
}

class TenantSource extends cdk.AirbyteSourceBase {
  get type() {
    return 'qlik';
  }

  async spec() {
    const text = { type: 'string' };
    const properties = { tenant_url: text, api_key: { ...text, airbyte_secret: true } };
    return new cdk.AirbyteSpec({
      connectionSpecification: { type: 'object', required: ['tenant_url', 'api_key'], properties },
    });
  }

  async checkConnection(config) {
    await client(config).get('/api/v1/users?limit=1');
    return [true, undefined];
  }

  streams(config) {
    return [new Users(client(config), this.logger)];
  }
}

function client({ tenant_url: baseURL, api_key: apiKey }) {
  return axios.create({ baseURL, timeout: 60_000, headers: { Authorization: `Bearer ${apiKey}` } });
}

const logger = new cdk.AirbyteSourceLogger();
new cdk.AirbyteSourceRunner(logger, new TenantSource(logger)).mainCommand().parseAsync();
