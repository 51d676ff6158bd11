// The log: one JSON line per event, redacted before it is written, in five files of 2 MiB that rotate. It never fails a caller.
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#main/services/clock';
import { redact } from '#main/services/redaction';
import { serviceLimits as limits } from '#main/services/service-limits';

type LogLevel = 'info' | 'warn' | 'error';
type LogFields = Record<string, string | number | boolean>;

export interface Log {
  /** `event` is dotted, e.g. `signal.dropped`. */
  write(level: LogLevel, event: string, fields?: LogFields): void;
}

export class LogFile implements Log {
  readonly #folder: string;
  readonly #clock: Clock;
  #file: number | null = null;
  #bytes = 0;
  #isClosed = false;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  write(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (this.#isClosed) return;
    const redacted = Object.entries(fields).map(([key, value]): [string, LogFields[string]] => [
      redact(key),
      typeof value === 'string' ? redact(value) : value,
    ]);
    const entry = { at: new Date(this.#clock.now()).toISOString(), level, event, ...Object.fromEntries(redacted) };
    try {
      this.#append(Buffer.from(`${JSON.stringify(entry)}\n`));
    } catch {
      // A full disk must not end a call; the log has a gap then.
      this.#closeFile();
    }
  }

  /** The whole log, oldest first, a file at a time. */
  *parts(): Generator<Buffer> {
    for (let age = limits.logFiles - 1; age >= 0; age -= 1) {
      const path = this.#path(age);
      if (existsSync(path)) yield readFileSync(path);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#closeFile();
  }

  #append(line: Buffer): void {
    this.#file ??= this.#open();
    if (this.#bytes + line.length > limits.logFileBytes) {
      this.#rotate();
      this.#file = this.#open();
    }
    writeSync(this.#file, line);
    this.#bytes += line.length;
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = openSync(this.#path(0), 'a', 0o600);
    this.#bytes = fstatSync(file).size;
    return file;
  }

  #rotate(): void {
    this.#closeFile();
    rmSync(this.#path(limits.logFiles - 1), { force: true });
    for (let age = limits.logFiles - 2; age >= 0; age -= 1) {
      if (existsSync(this.#path(age))) renameSync(this.#path(age), this.#path(age + 1));
    }
  }

  #closeFile(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #path(age: number): string {
    return join(this.#folder, age === 0 ? 'roundtable.log' : `roundtable.${age}.log`);
  }
}
