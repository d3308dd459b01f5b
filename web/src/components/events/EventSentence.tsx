import type { ReactNode } from "react";
import { EventIcon } from "./EventIcon";
import classes from "./EventSentence.module.css";
import type { LogEvent } from "./event";
import { partsOf, type Writing, writeEvent } from "./sentence";

interface Props {
  event: LogEvent;
  writing: Writing;
  /** What stands below the sentence, such as links. */
  children?: ReactNode;
}

/** An event as a row of a log tells it: its sentence, with what it names set off, and an icon of its tone. */
export function EventSentence({ event, writing, children }: Props) {
  return (
    <div className={classes.event}>
      <EventIcon type={event.type} />
      <div>
        <div className={classes.sentence}>
          {partsOf(writeEvent(event, writing)).map((part, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence stay where they are
            part.isName ? <strong key={index}>{part.text}</strong> : <span key={index}>{part.text}</span>,
          )}
        </div>
        {children}
      </div>
    </div>
  );
}
