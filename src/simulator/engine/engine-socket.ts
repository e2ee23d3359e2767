import type { WebSocket } from 'ws';
import { TRACE_ID } from '../answer.ts';
import { type Die, dice } from '../data/dice.ts';
import { isRecord } from '../data/stored-object.ts';
import { Answers, type EngineParts, type Request } from './answers.ts';
import { addOne, type Visit } from './engine-counts.ts';
import { EngineError } from './engine-error.ts';
import type { EngineFailure, EngineFault } from './engine-faults.ts';
import type { EngineSession, Push } from './engine-session.ts';
import { isWrite } from './run-method.ts';

/** The engine drops what a client never asked for, too. */
const NOBODYS_HANDLE = 0;

/** Longest of the delays by which answers are shuffled. */
const SHUFFLE_MS = 4;

/** One client's socket: takes requests, answers each in its time, and does what the dials and faults say. */
export class EngineSocket {
  #socket: WebSocket;
  #parts: EngineParts;
  #visit: Visit;
  #answers: Answers;
  #die: Die;
  #inFlight = 0;
  #delivered = 0;
  #isDead = false;
  #lastSent: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, parts: EngineParts, visit: Visit) {
    this.#socket = socket;
    this.#parts = parts;
    this.#visit = visit;
    this.#answers = new Answers(parts);
    this.#die = dice(parts.counts.visits.length, 'answers')(0);
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data.toString(), isBinary));
    socket.on('close', (code) => {
      visit.closeCode = code;
    });
    socket.on('error', () => {});
  }

  /** Says the first words of a session, or what a fault makes of them; without a session, every request is refused. */
  begin({ session, refusal = 5 }: { session?: EngineSession; refusal?: number }, state: string): void {
    const { appId } = this.#visit;
    const fault = this.#parts.faults.strike({ at: 'connect', appId });
    this.#answers.session = fault?.sessionState ? undefined : session;
    this.#answers.refusal = refusal;
    this.#later(fault?.delayMs ?? 0, () => {
      if (this.#goesWrong(fault)) return;
      this.#greet(fault?.sessionState ?? state, fault);
      this.#goesWrong(this.#parts.faults.strike({ at: 'connected', appId }));
    });
  }

  /** Tells of changes that nobody asked about. */
  push(push: Push): void {
    this.#send({ jsonrpc: '2.0', ...push });
  }

  /** Closes with a code, as the engine does it. */
  close(code: number, reason = reasonFor(code)): void {
    this.#isDead = true;
    if (code === 1006) void this.#lastSent.then(() => this.#socket.terminate());
    else if (code === 1005) this.#socket.close();
    else this.#socket.close(code, reason);
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#isDead) return;
    this.#parts.counts.bytesIn += text.length;
    const request = isBinary ? undefined : parsed(text);
    if (!isRecord(request) || typeof request.method !== 'string') {
      const error = new EngineError(request === undefined ? -32700 : -32600);
      this.#send({ jsonrpc: '2.0', id: null, error: this.#answers.refuse(error) });
      return;
    }
    this.#take({ ...request, method: request.method });
  }

  #take(request: Request): void {
    const { method, handle, params } = request;
    this.#countRequest(method);
    const objectIds = [this.#answers.session?.targetOf(handle), params].flatMap(textsIn);
    const fault = this.#parts.faults.strike({ at: 'request', appId: this.#visit.appId, method, objectIds });
    if (fault?.dropsHandle && handle !== undefined) {
      this.#inFlight--;
      this.#answers.session?.drop(handle);
      this.push({ change: [], close: [handle] });
    } else if (!this.#goesWrong(fault)) this.#later(fault?.delayMs ?? 0, () => this.#reply(request, fault));
  }

  #reply(request: Request, fault: EngineFault | undefined): void {
    this.#inFlight--;
    if (this.#answers.session?.document.isThere === false) this.close(4004);
    if (this.#isDead) return;
    const answer = this.#answers.answer(request, fault);
    if (request.id !== undefined) this.#deliver(answer, fault);
  }

  #greet(qSessionState: string, fault?: EngineFault): void {
    const { leadingNotification, strangeNotifications } = this.#parts.dials;
    if (leadingNotification) this.#notify('OnAuthenticationInformation', { mustAuthenticate: false });
    const text = JSON.stringify(notification('OnConnected', { qSessionState }));
    this.#sendText(spoiled(text, fault), fault?.binary);
    if (strangeNotifications) this.#notify('OnWeatherChanged', { outlook: 'fine' });
  }

  #countRequest(method: string): void {
    const { counts } = this.#parts;
    const visit = this.#visit;
    counts.messages++;
    visit.messages++;
    addOne(counts.methods, method);
    if (isWrite(method)) counts.writes++;
    if (this.#inFlight++ === 0) visit.roundTrips++;
    visit.mostInFlight = Math.max(visit.mostInFlight, this.#inFlight);
  }

  #deliver(answer: Record<string, unknown>, fault?: EngineFault): void {
    const { dials } = this.#parts;
    const turn = this.#delivered++;
    if (dials.strangeNotifications && turn % 5 === 4) this.#notify('OnCoffeeReady', { cups: turn });
    if (dials.pushes && turn % 9 === 8) this.push({ change: [1], close: [] });
    const rides = dials.pushes && turn % 4 === 3 && !answer.change ? { change: [1], close: [NOBODYS_HANDLE] } : {};
    const text = JSON.stringify({ ...answer, ...rides });
    if (text.length <= dials.largestAnswerBytes) {
      this.#sendText(spoiled(text, fault), fault?.binary);
      return;
    }
    if (dials.tooLarge === 'close') this.close(1009);
    else this.#send({ jsonrpc: '2.0', id: answer.id, error: this.#answers.refuse(new EngineError(-32604)) });
  }

  /** Does what a fault does to the whole socket, or to the answer; true if there is none to come. */
  #goesWrong(fault: EngineFailure | undefined): boolean {
    if (fault?.notification) this.#notify(fault.notification.method, fault.notification.params);
    if (fault?.close !== undefined) this.close(fault.close, fault.reason);
    if (fault?.halfOpen) {
      this.#isDead = true;
      this.#socket.pause();
    }
    return fault?.close !== undefined || Boolean(fault?.silent ?? fault?.halfOpen);
  }

  #later(delayMs: number, act: () => void): void {
    const { latencyMs, answers } = this.#parts.dials;
    const wholeMs = latencyMs + delayMs + (answers === 'shuffled' ? 1 + this.#die(SHUFFLE_MS) : 0);
    if (wholeMs === 0) act();
    else setTimeout(act, wholeMs);
  }

  #notify(method: string, params: object): void {
    this.#send(notification(method, params));
  }

  #send(message: object): void {
    this.#sendText(JSON.stringify(message));
  }

  #sendText(text: string, binary = false): void {
    if (this.#isDead || this.#socket.readyState !== this.#socket.OPEN) return;
    const sent = this.#parts.faults.mutate?.(text, this.#visit.appId) ?? text;
    this.#parts.counts.bytesOut += Buffer.byteLength(sent);
    this.#lastSent = new Promise((resolve) => {
      this.#socket.send(binary ? Buffer.from(sent) : sent, { binary }, () => resolve());
    });
  }
}

function notification(method: string, params: object): object {
  return { jsonrpc: '2.0', method, params };
}

/** The texts among the members of something: ids of objects are. */
function textsIn(source: unknown): string[] {
  const members: unknown[] = typeof source === 'object' && source !== null ? Object.values(source) : [];
  return members.filter((member) => typeof member === 'string');
}

function spoiled(text: string, { garbled, oversizeBytes }: EngineFailure = {}): string {
  if (garbled) return `${text.slice(0, Math.floor(text.length / 2))}\u0000}{,`;
  return oversizeBytes ? text.padEnd(oversizeBytes) : text;
}

/** Qlik's proxy gives its reasons as JSON. */
function reasonFor(code: number): string {
  return code >= 4200 && code < 4300 ? JSON.stringify({ code: `QEP-${code - 4100}`, traceId: TRACE_ID }) : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
