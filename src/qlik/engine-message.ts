import { shortened } from './shortened.ts';

/** A message of the engine: the answer to a call, a notification, or a push of handles that changed or closed. */
export interface EngineMessage {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly qSessionState?: unknown };
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
  readonly close?: unknown;
}

/** The message in a frame. Throws for what is no JSON. */
export function readMessage(data: unknown): EngineMessage {
  if (typeof data !== 'string') throw new TypeError('a binary frame');
  return (JSON.parse(data) ?? {}) as EngineMessage;
}

/** What the engine says in a text or a number; nothing for anything else. A long text is cut. */
export function textOf(said: unknown): string {
  return typeof said === 'string' || typeof said === 'number' ? shortened(String(said)) : '';
}
