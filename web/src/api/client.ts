/** The API of this origin, with types from openapi.json. */

import createClient from "openapi-fetch";
import { timedFetch } from "./clock";
import { ConnectionFailed, problemOf } from "./problems";
import type { paths } from "./schema";
import { session } from "./session";

const UNAUTHORIZED = 401;

/** Send a request as the signed-in person; where the token is refused, once more with a renewed one. */
async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await session.token();
  const response = await send(request, token);
  if (response.status !== UNAUTHORIZED) return response;
  return send(again, await session.tokenAfter(token));
}

async function send(request: Request, token: string): Promise<Response> {
  request.headers.set("authorization", `Bearer ${token}`);
  try {
    // What is still to be sent when the page is left, such as a withdrawal that could have been undone.
    return await timedFetch(request, { keepalive: document.visibilityState === "hidden" });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ConnectionFailed();
  }
}

export const api = createClient<paths>({ baseUrl: "/", fetch: fetchSignedIn });

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Return what the API answered; throw the ApiProblem of a refusal. */
export async function unwrap<Data>(call: Promise<Answered<Data>>): Promise<Exclude<Data, undefined>> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  return data as Exclude<Data, undefined>;
}
