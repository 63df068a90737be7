import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type LocalEvent, localEventSchema } from '../../src/shared/local-api.ts';

/** The local API's events from a response, validated, in order; ends when the connection does. */
export async function* readLocalEvents(response: Response): AsyncGenerator<LocalEvent, void> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  const decoder = new TextDecoder();
  if (response.body === null) return;
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    for (const { event, data } of messages.splice(0)) {
      yield localEventSchema.parse({ event, data: JSON.parse(data) });
    }
  }
}

/** The next event of this name, with its data. @throws Error when the connection ends before. */
export async function nextEvent<Name extends LocalEvent['event']>(
  events: AsyncGenerator<LocalEvent, void>,
  name: Name,
): Promise<Extract<LocalEvent, { event: Name }>> {
  const isNamed = (event: LocalEvent): event is Extract<LocalEvent, { event: Name }> => event.event === name;
  for (;;) {
    const { value, done } = await events.next();
    if (done || value === undefined) throw new Error(`The connection ended before a "${name}" event.`);
    if (isNamed(value)) return value;
  }
}
