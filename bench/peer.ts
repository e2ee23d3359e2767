/** The tenant that everyone reads, and how to be let in. */
export interface Target {
  /** `http://127.0.0.1:port`, or with https where the tenant speaks TLS. */
  readonly url: string;
  readonly apiKey: string;
  /** The authority that made the tenant's certificate, as a PEM file, where it speaks TLS. */
  readonly caFile?: string;
}

/** A command as it is run, without a shell. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  /** Added to PATH and HOME, which are all that it gets else. */
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** A program that a user would pick instead, run as its makers ship it. */
export interface Peer {
  /** With the version, such as `dlt 1.2.3`. */
  readonly name: string;
  /** Installs it where it is missing. Rejects with what stands in the way. */
  install(): Promise<void>;
  /** What it is called with; `folder` is empty, to write to, and gone after the run. */
  command(target: Target, folder: string): Promise<Command>;
  /** How much it delivered of each kind (users, apps, sheets, charts and so on), from the file it printed to and what it wrote. */
  delivered(stdoutPath: string, folder: string): Promise<{ readonly [kind: string]: number }>;
}
